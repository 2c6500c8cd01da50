package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.number;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.TableState;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/tables}. */
final class TableRoutes {
    private final AdminService service;

    TableRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/tables").handler(answer(200, c -> list()));
        router.get("/v1/tables/:table").handler(answer(200, c -> {
            View view = service.view();
            return Api.now(Rows.table(view, service.table(c.pathParam("table"))));
        }));
        router.post("/v1/tables").handler(answer(201, this::create));
        router.patch("/v1/tables/:table").handler(answer(200, this::set));
        router.delete("/v1/tables/:table").handler(answer(200, c -> service.dropTable(caller(c), c.pathParam("table"))
                .thenApply(t -> Rows.table(service.view(), t))));
    }

    private CompletableFuture<?> list() {
        View view = service.view();
        return Api.now(view.cluster().tables().stream()
                .filter(t -> t.state() == TableState.NORMAL)
                .map(t -> Rows.table(view, t))
                .toList());
    }

    private CompletableFuture<?> create(RoutingContext c) {
        JsonObject body = body(c, "name", "partitions", "replicas", "minInSync", "owner", "capacityGb");
        return service.createTable(
                        caller(c),
                        new AdminService.NewTable(
                                text(body, "name"),
                                number(body, "partitions", AdminService.DEFAULT_PARTITIONS),
                                number(body, "replicas", 0),
                                number(body, "minInSync", 1),
                                body.containsKey("owner") ? text(body, "owner") : "",
                                number(body, "capacityGb", 0)))
                .thenApply(t -> Rows.table(service.view(), t));
    }

    private CompletableFuture<?> set(RoutingContext c) {
        JsonObject body = body(c, "minInSync");
        if (!body.containsKey("minInSync")) {
            throw ApiException.badRequest("MISSING_VALUE", "nothing to set: give minInSync");
        }
        return service.setTable(caller(c), c.pathParam("table"), number(body, "minInSync", 1))
                .thenApply(t -> Rows.table(service.view(), t));
    }
}
