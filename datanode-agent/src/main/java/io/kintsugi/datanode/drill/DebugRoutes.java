package io.kintsugi.datanode.drill;

import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReloadException;
import io.kintsugi.datanode.host.ReplicaHost;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The datanode's debug port. {@code /reloadDataPartition?id=PARTITION} closes and opens this datanode's replicas of a partition, answered in the
 * original's envelope {@code {code, data, msg}}, code 200 for success. {@code GET /v1/debug/drills} lists drills; {@code PUT
 * /v1/debug/drills/NAME?target=DISK|REPLICA&action=on|off} plants one or takes it back.
 */
public final class DebugRoutes {
    private static final String RELOAD = "/reloadDataPartition";
    private static final String DRILLS = "/v1/debug/drills";

    private DebugRoutes() {}

    public static void mount(Router router, NodeHost node, Drills drills) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST)) {
            router.route(method, RELOAD).handler(c -> reload(c, node));
        }
        router.get(DRILLS).handler(c -> answer(c, 200, list(drills)));
        router.put(DRILLS + "/:drill").handler(c -> set(c, drills));
    }

    // ------------------------------------------------------------------ reload
    private static void reload(RoutingContext c, NodeHost node) {
        String id = c.request().getParam("id", "");
        if (!id.matches("\\d{1,9}")) {
            envelope(
                    c,
                    400,
                    null,
                    id.isEmpty()
                            ? "parameter id not found"
                            : "parameter id is '" + id + "': it must be a partition's number");
            return;
        }
        List<CompletableFuture<ReplicaHost>> reloads = node.reload(Integer.parseInt(id));
        if (reloads.isEmpty()) {
            envelope(c, 404, null, "NO_SUCH_PARTITION: this datanode has no replica of partition " + id);
            return;
        }
        CompletableFuture.allOf(reloads.toArray(CompletableFuture[]::new)).whenComplete((all, failure) -> {
            if (failure == null) {
                JsonArray rows = new JsonArray();
                reloads.forEach(r -> rows.add(row(r.join())));
                envelope(c, 200, rows, "");
            } else {
                Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
                envelope(c, cause instanceof ReloadException ? 409 : 500, null, cause.getMessage());
            }
        });
    }

    private static JsonObject row(ReplicaHost replica) {
        return new JsonObject()
                .put("done", "reloaded: it has no role until the master gives it one")
                .put("partition", replica.partition())
                .put("replica", replica.id())
                .put("disk", replica.disk().path())
                .put("epoch", replica.status().epoch())
                .put("appliedIndex", replica.status().appliedIndex())
                .put("lastIndex", replica.status().last().index());
    }

    private static void envelope(RoutingContext c, int code, Object data, String message) {
        answer(c, code, new JsonObject().put("code", code).put("data", data).put("msg", message));
    }

    // ------------------------------------------------------------------ drills
    private static JsonObject list(Drills drills) {
        JsonObject known = new JsonObject();
        for (Drill drill : Drill.values()) {
            known.put(drill.text(), drill.meaning());
        }
        return new JsonObject()
                .put("allowed", drills.allowed())
                .put("drills", known)
                .put("planted", new JsonArray(drills.planted()));
    }

    private static void set(RoutingContext c, Drills drills) {
        if (!drills.allowed()) {
            error(
                    c,
                    403,
                    "DRILLS_OFF",
                    "drills are off: set drills: true in the datanode's configuration, or --failpoints");
            return;
        }
        String target = c.request().getParam("target", "");
        String action = c.request().getParam("action", "");
        try {
            Drill drill = Drill.parse(c.pathParam("drill"));
            CompletableFuture<String> done =
                    switch (action) {
                        case "on" -> drills.on(drill, target);
                        case "off" -> drills.off(drill, target);
                        default ->
                            throw new IllegalArgumentException("action is '" + action + "': it must be on or off");
                    };
            done.whenComplete((what, failure) -> {
                if (failure == null) {
                    answer(c, 200, new JsonObject().put("done", what));
                } else {
                    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
                    boolean known = cause instanceof ReloadException || cause instanceof IllegalArgumentException;
                    error(c, known ? 409 : 500, "DRILL_FAILED", cause.getMessage());
                }
            });
        } catch (IllegalArgumentException e) {
            error(c, 400, "BAD_VALUE", e.getMessage());
        }
    }

    private static void error(RoutingContext c, int status, String reason, String message) {
        answer(
                c,
                status,
                new JsonObject().put("reason", reason).put("message", message).put("details", new JsonObject()));
    }

    private static void answer(RoutingContext c, int status, JsonObject body) {
        c.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.encode());
    }
}
