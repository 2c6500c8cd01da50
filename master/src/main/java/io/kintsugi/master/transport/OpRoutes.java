package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.ExplainOp;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/ops}: what goes on and went on, and what operators can ask of it. */
final class OpRoutes {
    /** Asked of an op that is there. */
    private interface Verb {
        CompletableFuture<Long> of(Caller caller, long op);
    }

    private final AdminService service;

    OpRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        DrainService drains = service.drains();
        router.get("/v1/ops").handler(answer(200, c -> {
            View view = service.view();
            boolean waiting = Boolean.parseBoolean(c.queryParams().get("waiting"));
            return Requests.aside(c, () -> OpRows.all(view, waiting));
        }));
        router.get("/v1/ops/:op").handler(answer(200, c -> {
            View view = service.view();
            Op op = Names.op(view, c.pathParam("op"));
            return Requests.aside(c, () -> OpRows.of(view, op));
        }));
        router.get("/v1/ops/:op/explain").handler(answer(200, c -> {
            View view = service.view();
            Op op = Names.op(view, c.pathParam("op"));
            return Requests.aside(c, () -> ExplainOp.of(view, op));
        }));
        router.delete("/v1/ops/:op").handler(answer(200, c -> {
            Op op = Names.op(service.view(), c.pathParam("op"));
            return deleted(drains.delete(caller(c), List.of(op)));
        }));
        router.delete("/v1/ops").handler(answer(200, c -> deleted(drains.delete(caller(c), endedAs(c)))));
        router.post("/v1/ops/:op/cancel").handler(answer(200, c -> verb(c, drains::cancel)));
        router.post("/v1/ops/:op/pause").handler(answer(200, c -> {
            JsonObject body = body(c, "now");
            return verb(c, (caller, op) -> drains.pause(caller, op, flag(body, "now")));
        }));
        router.post("/v1/ops/:op/resume").handler(answer(200, c -> verb(c, drains::resume)));
        router.post("/v1/ops/:op/acknowledge").handler(answer(200, c -> verb(c, drains::acknowledge)));
    }

    private static CompletableFuture<?> deleted(CompletableFuture<Long> count) {
        return count.thenApply(n -> Map.of("deleted", n));
    }

    /** Those of {@code ?status=}; parts of an op that runs stay. */
    private List<Op> endedAs(RoutingContext c) {
        String status = c.queryParams().get("status");
        OpStatus wanted = Arrays.stream(OpStatus.values())
                .filter(s -> s.ended() && OpRows.status(s).equals(status))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest(
                        "BAD_STATUS",
                        "status is '" + status + "'; ops end as Success, Failed or Cancelled: name one of these"));
        View view = service.view();
        return view.cluster().ops().stream()
                .filter(op -> op.status() == wanted)
                .filter(op -> view.cluster()
                        .op(op.parent())
                        .filter(whole -> !whole.ended())
                        .isEmpty())
                .toList();
    }

    private CompletableFuture<?> verb(RoutingContext c, Verb verb) {
        Op op = Names.op(service.view(), c.pathParam("op"));
        return verb.of(caller(c), op.id()).thenCompose(id -> row(c, service, id));
    }

    static CompletableFuture<OpRows.OpRow> row(RoutingContext c, AdminService service, long op) {
        return Requests.aside(c, () -> {
            View view = service.view();
            return OpRows.of(view, view.cluster().op(op).orElseThrow());
        });
    }
}
