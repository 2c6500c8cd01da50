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
        JsonObject body =
                body(c, "name", "partitions", "replicas", "minInSync", "owner", "capacityGb", "ttlMs", "compression");
        uncompressed(body);
        return service.createTable(
                        caller(c),
                        new AdminService.NewTable(
                                text(body, "name"),
                                number(body, "partitions", AdminService.DEFAULT_PARTITIONS),
                                number(body, "replicas", 0),
                                number(body, "minInSync", 1),
                                body.containsKey("owner") ? text(body, "owner") : "",
                                number(body, "capacityGb", 0),
                                milliseconds(body)))
                .thenApply(t -> Rows.table(service.view(), t));
    }

    private CompletableFuture<?> set(RoutingContext c) {
        JsonObject body = body(c, "minInSync", "ttlMs", "compression");
        uncompressed(body);
        boolean ttl = body.containsKey("ttlMs");
        if (!body.containsKey("minInSync") && !ttl) {
            throw ApiException.badRequest("MISSING_VALUE", "nothing to set: give minInSync or ttlMs");
        }
        int minInSync = number(body, "minInSync", 0);
        if (body.containsKey("minInSync") && minInSync < 1) {
            throw ApiException.badRequest("BAD_MIN_IN_SYNC", "minInSync " + minInSync + ": it is at least 1");
        }
        long ttlMs = milliseconds(body);
        return service.setTable(caller(c), c.pathParam("table"), minInSync, ttl && ttlMs == 0 ? -1 : ttlMs)
                .thenApply(t -> Rows.table(service.view(), t));
    }

    private static long milliseconds(JsonObject body) {
        Object value = body.getValue("ttlMs", 0);
        if (value instanceof Number n && n.doubleValue() == n.longValue() && n.longValue() >= 0) {
            return n.longValue();
        }
        throw ApiException.badRequest(
                "BAD_TTL", "'ttlMs' is '" + value + "': it must be a whole number of milliseconds, 0 for ever");
    }

    /** Which is all that there is so far; whoever asks for more is not to believe that he got it. */
    private static void uncompressed(JsonObject body) {
        Object value = body.getValue("compression", "none");
        if (!"none".equals(value)) {
            throw ApiException.badRequest(
                    "COMPRESSION_NOT_SUPPORTED",
                    "compression '" + value + "': tables are kept uncompressed, so only 'none' can be given");
        }
    }
}
