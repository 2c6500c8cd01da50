package io.kintsugi.master.transport;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import io.vertx.core.Context;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kintsugi's own admin API, {@code /v1/...}: a thin layer of JSON and status codes over {@link AdminService}. */
final class AdminRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);

    /** Answers with a body, now or later. */
    private interface Action {
        CompletableFuture<?> run(RoutingContext context);
    }

    private final AdminService service;

    AdminRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/settings")
                .handler(
                        answer(200, c -> now(service.view().cluster().settings().effective())));
        router.patch("/v1/settings").handler(answer(200, c -> service.setSettings(caller(c), texts(body(c)))
                .thenApply(v -> v.cluster().settings().effective())));
        router.get("/v1/nodes").handler(answer(200, c -> nodes()));
        router.get("/v1/disks").handler(answer(200, c -> disks()));
        router.post("/v1/disks/decommission").handler(answer(202, this::decommission));
        router.post("/v1/disks/recommission").handler(answer(200, this::recommission));
        router.get("/v1/tables").handler(answer(200, c -> tables()));
        router.get("/v1/tables/:table").handler(answer(200, c -> {
            View view = service.view();
            return now(Rows.table(view, service.table(c.pathParam("table"))));
        }));
        router.post("/v1/tables").handler(answer(201, this::createTable));
        router.patch("/v1/tables/:table").handler(answer(200, this::setTable));
        router.delete("/v1/tables/:table").handler(answer(200, c -> service.dropTable(caller(c), c.pathParam("table"))
                .thenApply(t -> Rows.table(service.view(), t))));
        router.get("/v1/partitions").handler(answer(200, this::partitions));
        router.get("/v1/ops").handler(answer(200, c -> ops()));
        router.get("/v1/ops/:op").handler(answer(200, c -> {
            View view = service.view();
            return now(op(view, c.pathParam("op")));
        }));
    }

    private CompletableFuture<?> nodes() {
        View view = service.view();
        return now(view.cluster().nodes().stream()
                .map(n -> Rows.node(view, n))
                .sorted(Comparator.comparing(Rows.NodeRow::node))
                .toList());
    }

    /** Disks that were replaced are shown as long as something is still named to be on them. */
    private CompletableFuture<?> disks() {
        View view = service.view();
        return now(view.cluster().disks().stream()
                .filter(d ->
                        d.present() || !view.cluster().partitionsOnDisk(d.id()).isEmpty())
                .map(d -> Rows.disk(view, d))
                .sorted(Comparator.comparing(Rows.DiskRow::node).thenComparing(Rows.DiskRow::path))
                .toList());
    }

    private CompletableFuture<?> tables() {
        View view = service.view();
        return now(view.cluster().tables().stream()
                .filter(t -> t.state() == TableState.NORMAL)
                .map(t -> Rows.table(view, t))
                .toList());
    }

    private CompletableFuture<?> partitions(RoutingContext c) {
        View view = service.view();
        String table = c.queryParams().get("table");
        Collection<Partition> partitions = table == null
                ? view.cluster().partitions().values()
                : view.cluster().partitionsOfTable(service.table(table).id());
        return now(partitions.stream().map(p -> Rows.partition(view, p)).toList());
    }

    private CompletableFuture<?> ops() {
        View view = service.view();
        return now(view.cluster().ops().stream().map(op -> OpRows.of(view, op)).toList());
    }

    private static OpRows.OpRow op(View view, String id) {
        try {
            Op op = view.cluster()
                    .op(Long.parseLong(id))
                    .orElseThrow(() -> ApiException.notFound(
                            "NO_SUCH_OP", "there is no op " + id + " (ended ones are kept for a bounded time)"));
            return OpRows.of(view, op);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("BAD_OP", "'" + id + "' is no op: ops have numbers, see `op ls`");
        }
    }

    private CompletableFuture<?> decommission(RoutingContext c) {
        JsonObject body = body(c, "node", "path");
        return service.decommissionDisk(caller(c), text(body, "node"), text(body, "path"))
                .thenApply(id -> {
                    View view = service.view();
                    return OpRows.of(view, view.cluster().op(id).orElseThrow());
                });
    }

    private CompletableFuture<?> recommission(RoutingContext c) {
        JsonObject body = body(c, "node", "path");
        return service.recommissionDisk(caller(c), text(body, "node"), text(body, "path"))
                .thenApply(id -> {
                    View view = service.view();
                    return Rows.disk(view, view.cluster().disk(id).orElseThrow());
                });
    }

    private CompletableFuture<?> createTable(RoutingContext c) {
        JsonObject body = body(c, "name", "partitions", "replicas", "minInSync");
        return service.createTable(
                        caller(c),
                        text(body, "name"),
                        number(body, "partitions", AdminService.DEFAULT_PARTITIONS),
                        number(body, "replicas", 0),
                        number(body, "minInSync", 1))
                .thenApply(t -> Rows.table(service.view(), t));
    }

    private CompletableFuture<?> setTable(RoutingContext c) {
        JsonObject body = body(c, "minInSync");
        if (!body.containsKey("minInSync")) {
            throw ApiException.badRequest("MISSING_VALUE", "nothing to set: give minInSync");
        }
        return service.setTable(caller(c), c.pathParam("table"), number(body, "minInSync", 1))
                .thenApply(t -> Rows.table(service.view(), t));
    }

    private static io.vertx.core.Handler<RoutingContext> answer(int status, Action action) {
        return c -> {
            Context thread = c.vertx().getOrCreateContext();
            CompletableFuture<?> result;
            try {
                result = action.run(c);
            } catch (RuntimeException e) {
                result = CompletableFuture.failedFuture(e);
            }
            result.whenComplete((body, failure) -> thread.runOnContext(v -> finish(c, status, body, failure)));
        };
    }

    private static void finish(RoutingContext c, int status, Object body, Throwable failure) {
        if (c.response().ended() || c.response().closed()) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            Answers.json(c, status, body);
        } else if (cause instanceof ApiException e) {
            Answers.error(c, e.status(), e.reason(), e.getMessage(), e.details());
        } else {
            LOG.error("{} {} failed", c.request().method(), c.request().path(), cause);
            Answers.error(c, 500, "INTERNAL", "an error of the master's own: " + cause, Map.of());
        }
    }

    private static CompletableFuture<?> now(Object value) {
        return CompletableFuture.completedFuture(value);
    }

    private static Caller caller(RoutingContext c) {
        String id = c.request().getHeader("X-Request-Id");
        String user = c.request().getHeader("X-Kintsugi-User");
        return new Caller(id == null ? "" : id, user == null ? "api" : user);
    }

    private static JsonObject body(RoutingContext c, String... fields) {
        JsonObject body;
        try {
            body = c.body() == null || c.body().length() <= 0
                    ? new JsonObject()
                    : c.body().asJsonObject();
        } catch (DecodeException | ClassCastException e) {
            throw ApiException.badRequest("BAD_JSON", "the body is no JSON object: " + e.getMessage());
        }
        Set<String> unknown = new TreeSet<>(body.fieldNames());
        unknown.removeAll(Set.of(fields));
        if (fields.length > 0 && !unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "BAD_FIELD", "unknown " + unknown + ": known are " + String.join(", ", fields));
        }
        return body;
    }

    private static Map<String, String> texts(JsonObject body) {
        Map<String, String> values = new LinkedHashMap<>();
        body.forEach(e -> values.put(e.getKey(), String.valueOf(e.getValue())));
        return values;
    }

    private static String text(JsonObject body, String name) {
        if (body.getValue(name) instanceof String s && !s.isEmpty()) {
            return s;
        }
        throw ApiException.badRequest("MISSING_VALUE", "'" + name + "' is missing: give it as text");
    }

    private static int number(JsonObject body, String name, int otherwise) {
        Object value = body.getValue(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number n && n.doubleValue() == n.intValue()) {
            return n.intValue();
        }
        throw ApiException.badRequest("BAD_NUMBER", "'" + name + "' is '" + value + "': it must be a whole number");
    }
}
