package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;

import io.kintsugi.master.plan.RescuePlan;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/cluster/recover-data}: what the recovery of all data would do, and its op. */
final class RescueRoutes {
    private final AdminService service;

    RescueRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/cluster/recover-data").handler(answer(200, c -> plan(c, service.view())));
        router.post("/v1/cluster/recover-data").handler(answer(202, this::recover));
    }

    private static CompletableFuture<RescuePlan> plan(RoutingContext c, View view) {
        return Requests.aside(c, () -> RescuePlan.of(view));
    }

    /** {@code choices}: partitions, by name or id, that may go on with a replica that isn't in-sync, as the plan said of them. */
    private CompletableFuture<?> recover(RoutingContext c) {
        JsonObject body = body(c, "dryRun", "choices", "waitMs");
        View view = service.view();
        if (flag(body, "dryRun")) {
            return plan(c, view).thenApply(plan -> new Api.Reply(200, plan));
        }
        List<Integer> choices = choices(view, body);
        return service.recoverData(caller(c), waitMillis(body), choices)
                .thenCompose(op -> OpRoutes.row(c, service, op));
    }

    private static List<Integer> choices(View view, JsonObject body) {
        Object named = body.getValue("choices");
        if (named == null) {
            return List.of();
        }
        if (named instanceof JsonArray names) {
            return names.stream()
                    .map(name -> Names.partition(view, String.valueOf(name)).id())
                    .sorted()
                    .distinct()
                    .toList();
        }
        throw ApiException.badRequest("BAD_CHOICES", "'choices' is '" + named + "': it must be a list of partitions");
    }

    private static long waitMillis(JsonObject body) {
        Object value = body.getValue("waitMs");
        if (value == null) {
            return 0;
        }
        if (value instanceof Number n && n.longValue() >= 0 && n.doubleValue() == n.longValue()) {
            return n.longValue();
        }
        throw ApiException.badRequest(
                "BAD_NUMBER", "'waitMs' is '" + value + "': it must be a whole number of milliseconds");
    }
}
