package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.balance.BalancePlan;
import io.kintsugi.master.plan.balance.BalanceState;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/cluster/balance}: how even it is, the plan, and the switch. */
final class BalanceRoutes {
    private final AdminService service;

    BalanceRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/cluster/balance").handler(answer(200, c -> state(c)));
        router.get("/v1/cluster/balance/plan").handler(answer(200, c -> {
            View view = service.view();
            return Requests.aside(c, () -> BalancePlan.of(view));
        }));
        router.post("/v1/cluster/balance").handler(answer(200, this::post));
    }

    private CompletableFuture<?> state(RoutingContext c) {
        View view = service.view();
        return Requests.aside(c, () -> BalanceState.of(view));
    }

    private CompletableFuture<?> post(RoutingContext c) {
        JsonObject body = body(c, "action");
        String action = text(body, "action");
        return switch (action) {
            case "on", "off" ->
                service.setSettings(
                                caller(c), Map.of(Setting.AUTO_BALANCE.key(), Boolean.toString(action.equals("on"))))
                        .thenCompose(set -> state(c));
            case "now" ->
                service.drains()
                        .balance(caller(c))
                        .thenCompose(op -> OpRoutes.row(c, service, op))
                        .thenApply(row -> new Api.Reply(202, row));
            default -> throw ApiException.badRequest("BAD_ACTION", "'" + action + "': it must be on, off or now");
        };
    }
}
