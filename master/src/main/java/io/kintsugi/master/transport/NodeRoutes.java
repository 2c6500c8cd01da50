package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;
import static io.kintsugi.master.transport.Api.number;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.plan.DrainCheck;
import io.kintsugi.master.plan.DrainPlan;
import io.kintsugi.master.plan.Target;
import io.kintsugi.master.view.BackupFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** {@code /v1/nodes}. */
final class NodeRoutes {
    private final AdminService service;

    NodeRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/nodes").handler(answer(200, c -> list()));
        router.post("/v1/nodes/decommission").handler(answer(202, this::decommission));
        router.post("/v1/nodes/recommission").handler(answer(200, this::recommission));
        router.get("/v1/nodes/:node").handler(answer(200, this::info));
        router.delete("/v1/nodes/:node").handler(answer(200, this::remove));
        router.get("/v1/nodes/:node/backups").handler(answer(200, c -> {
            View view = service.view();
            return Api.now(BackupService.rows(view, Names.node(view, c.pathParam("node"))));
        }));
        router.delete("/v1/nodes/:node/backups/:replica")
                .handler(answer(200, c -> backup(c, service.backups()::remove)));
        router.post("/v1/nodes/:node/backups/:replica/restore")
                .handler(answer(200, c -> backup(c, service.backups()::restore)));
        router.get("/v1/nodes/:node/drain-check").handler(answer(200, c -> {
            View view = service.view();
            Target target = Target.ofNode(view, Names.node(view, c.pathParam("node")));
            return Requests.aside(c, () -> DrainCheck.of(view, target));
        }));
    }

    private CompletableFuture<?> list() {
        View view = service.view();
        return Api.now(view.cluster().nodes().stream()
                .map(n -> Rows.node(view, n))
                .sorted(Comparator.comparing(Rows.NodeRow::node))
                .toList());
    }

    private CompletableFuture<?> info(RoutingContext c) {
        View view = service.view();
        Node node = Names.node(view, c.pathParam("node"));
        Map<String, Object> more = new LinkedHashMap<>();
        more.put(
                "diskRows",
                view.cluster().disksOfNode(node.id()).stream()
                        .filter(d -> Rows.shown(view, d))
                        .sorted(Comparator.comparing(Disk::path))
                        .map(d -> Rows.disk(view, d))
                        .toList());
        return Requests.aside(c, () -> {
            more.put(
                    "opRow",
                    view.cluster()
                            .op(node.drainOp())
                            .map(op -> OpRows.of(view, op))
                            .orElse(null));
            return Json.extended(Rows.node(view, node), more);
        });
    }

    private CompletableFuture<?> decommission(RoutingContext c) {
        JsonObject body = body(c, "node", "weight", "dryRun");
        View view = service.view();
        String node = text(body, "node");
        if (flag(body, "dryRun")) {
            Target target = Target.ofNode(view, Names.node(view, node));
            return Requests.aside(c, () -> new Api.Reply(200, DrainPlan.of(view, target)));
        }
        return service.drains()
                .decommissionNode(caller(c), node, number(body, "weight", Op.DEFAULT_WEIGHT))
                .thenCompose(op -> OpRoutes.row(c, service, op));
    }

    private CompletableFuture<?> recommission(RoutingContext c) {
        JsonObject body = body(c, "node");
        return service.drains().recommissionNode(caller(c), text(body, "node")).thenApply(id -> {
            View view = service.view();
            return Rows.node(view, view.cluster().node(id).orElseThrow());
        });
    }

    /** The backup as it was. */
    private CompletableFuture<?> backup(RoutingContext c, Function<BackupFacts, CompletableFuture<Void>> verb) {
        View view = service.view();
        Node node = Names.node(view, c.pathParam("node"));
        BackupFacts backup = BackupService.find(view, node, replica(c.pathParam("replica")));
        return verb.apply(backup).thenApply(done -> BackupService.row(view, backup));
    }

    private static long replica(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("BAD_REPLICA", "'" + id + "' is no replica: give its number");
        }
    }

    /** The row as it was. */
    private CompletableFuture<?> remove(RoutingContext c) {
        View view = service.view();
        Node node = Names.node(view, c.pathParam("node"));
        Rows.NodeRow row = Rows.node(view, node);
        return service.drains().removeNode(caller(c), node).thenApply(done -> row);
    }
}
