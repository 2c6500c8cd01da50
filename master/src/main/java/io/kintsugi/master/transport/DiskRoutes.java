package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;
import static io.kintsugi.master.transport.Api.number;
import static io.kintsugi.master.transport.Api.query;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.plan.DrainCheck;
import io.kintsugi.master.plan.DrainPlan;
import io.kintsugi.master.plan.ExplainDisk;
import io.kintsugi.master.plan.Target;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** {@code /v1/disks}. A disk is named by node and path: in the query, or in the body of a POST. */
final class DiskRoutes {
    private final AdminService service;

    DiskRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/disks").handler(answer(200, c -> list()));
        router.post("/v1/disks/decommission").handler(answer(202, this::decommission));
        router.post("/v1/disks/recommission").handler(answer(200, this::recommission));
        router.post("/v1/disks/recover").handler(answer(202, c -> onDisk(c, service.drains()::recoverDisk)));
        router.post("/v1/disks/resume-auto")
                .handler(answer(200, c -> onDisk(c, service.drains()::resumeAutoDecommission)));
        router.delete("/v1/disks").handler(answer(200, this::remove));
        router.get("/v1/disks/info").handler(answer(200, c -> {
            View view = service.view();
            Disk disk = asked(view, c);
            return Api.now(Json.extended(Rows.disk(view, disk), Map.of("replicaRows", ReplicaRows.ofDisk(view, disk))));
        }));
        router.get("/v1/disks/drain-check").handler(answer(200, c -> {
            View view = service.view();
            Target target = Target.ofDisk(view, asked(view, c));
            return Requests.aside(c, () -> DrainCheck.of(view, target));
        }));
        router.get("/v1/disks/explain").handler(answer(200, c -> {
            View view = service.view();
            Disk disk = asked(view, c);
            return Requests.aside(c, () -> ExplainDisk.of(view, disk));
        }));
    }

    private static Disk asked(View view, RoutingContext c) {
        return Names.disk(view, query(c, "node"), query(c, "path"));
    }

    private CompletableFuture<?> list() {
        View view = service.view();
        return Api.now(view.cluster().disks().stream()
                .filter(d -> Rows.shown(view, d))
                .map(d -> Rows.disk(view, d))
                .sorted(Comparator.comparing(Rows.DiskRow::node).thenComparing(Rows.DiskRow::path))
                .toList());
    }

    private CompletableFuture<?> decommission(RoutingContext c) {
        JsonObject body = body(c, "node", "path", "weight", "dryRun");
        View view = service.view();
        String node = text(body, "node");
        String path = text(body, "path");
        if (flag(body, "dryRun")) {
            Target target = Target.ofDisk(view, Names.disk(view, node, path));
            return Requests.aside(c, () -> new Api.Reply(200, DrainPlan.of(view, target)));
        }
        return service.drains()
                .decommissionDisk(caller(c), node, path, number(body, "weight", Op.DEFAULT_WEIGHT))
                .thenCompose(op -> OpRoutes.row(c, service, op));
    }

    private CompletableFuture<?> recommission(RoutingContext c) {
        JsonObject body = body(c, "node", "path");
        return service.drains()
                .recommissionDisk(caller(c), text(body, "node"), text(body, "path"))
                .thenApply(this::row);
    }

    private CompletableFuture<?> onDisk(
            RoutingContext c, BiFunction<AdminService.Caller, Disk, CompletableFuture<Long>> verb) {
        JsonObject body = body(c, "node", "path");
        Disk disk = Names.disk(service.view(), text(body, "node"), text(body, "path"));
        return verb.apply(caller(c), disk).thenApply(n -> row(disk.id()));
    }

    private CompletableFuture<?> remove(RoutingContext c) {
        return service.drains().removeDisk(caller(c), asked(service.view(), c)).thenApply(this::row);
    }

    private Rows.DiskRow row(int disk) {
        View view = service.view();
        return Rows.disk(view, view.cluster().disk(disk).orElseThrow());
    }
}
