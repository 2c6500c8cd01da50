package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;

import io.kintsugi.master.plan.ExplainCluster;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kintsugi's own admin API, {@code /v1/...}: a thin layer of JSON and status codes over {@link AdminService}, a class a resource. */
final class AdminRoutes {
    private final AdminService service;

    AdminRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/settings")
                .handler(answer(
                        200, c -> Api.now(service.view().cluster().settings().effective())));
        router.patch("/v1/settings").handler(answer(200, c -> service.setSettings(Api.caller(c), texts(Api.body(c)))
                .thenApply(v -> v.cluster().settings().effective())));
        router.get("/v1/cluster/brake").handler(answer(200, c -> Api.now(Rows.brake(service.brake()))));
        router.post("/v1/cluster/brake/release")
                .handler(answer(200, c -> service.releaseBrake(Api.caller(c)).thenApply(Rows::brake)));
        router.get("/v1/explain").handler(answer(200, c -> {
            View view = service.view();
            return Requests.aside(c, () -> ExplainCluster.of(view));
        }));
        new RescueRoutes(service).mount(router);
        new BalanceRoutes(service).mount(router);
        new AbsenceRoutes(service).mount(router);
        new NodeRoutes(service).mount(router);
        new DiskRoutes(service).mount(router);
        new TableRoutes(service).mount(router);
        new VerifyRoutes(service).mount(router);
        new PartitionRoutes(service).mount(router);
        new OpRoutes(service).mount(router);
    }

    private static Map<String, String> texts(JsonObject body) {
        Map<String, String> values = new LinkedHashMap<>();
        body.forEach(e -> values.put(e.getKey(), String.valueOf(e.getValue())));
        return values;
    }
}
