package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;
import static io.kintsugi.master.transport.Api.number;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.plan.DrainPlan;
import io.kintsugi.master.plan.ExplainPartition;
import io.kintsugi.master.plan.PartitionCheck;
import io.kintsugi.master.plan.PrimaryChange;
import io.kintsugi.master.plan.RecoveryPlan;
import io.kintsugi.master.plan.RemovalPlan;
import io.kintsugi.master.plan.Survivor;
import io.kintsugi.master.plan.Target;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** {@code /v1/partitions}. A partition is named by its id or as {@code table.index}. */
final class PartitionRoutes {
    private final AdminService service;

    PartitionRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.get("/v1/partitions").handler(answer(200, this::list));
        router.post("/v1/partitions/decommission").handler(answer(202, this::decommission));
        router.post("/v1/partitions/recover").handler(answer(202, this::recover));
        router.post("/v1/partitions/add-replica").handler(answer(202, this::addReplica));
        router.post("/v1/partitions/del-replica").handler(answer(200, this::removeReplica));
        router.post("/v1/partitions/change-leader").handler(answer(200, this::changePrimary));
        router.post("/v1/partitions/reset-target").handler(answer(200, this::resetTarget));
        router.get("/v1/partitions/check").handler(answer(200, c -> {
            View view = service.view();
            return Requests.aside(c, () -> PartitionCheck.of(view));
        }));
        router.get("/v1/partitions/:partition").handler(answer(200, c -> Api.now(info(c))));
        router.get("/v1/partitions/:partition/explain").handler(answer(200, c -> {
            View view = service.view();
            return Api.now(ExplainPartition.of(view, Names.partition(view, c.pathParam("partition"))));
        }));
    }

    private CompletableFuture<?> list(RoutingContext c) {
        View view = service.view();
        String table = c.queryParams().get("table");
        Collection<Partition> partitions = table == null
                ? view.cluster().partitions().values()
                : view.cluster().partitionsOfTable(service.table(table).id());
        return Api.now(partitions.stream().map(p -> Rows.partition(view, p)).toList());
    }

    private Map<String, Object> info(RoutingContext c) {
        View view = service.view();
        Partition p = Names.partition(view, c.pathParam("partition"));
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("replicas", ReplicaRows.ofPartition(view, p));
        more.put(
                "opRow",
                view.cluster().openMoves(p.id()).stream()
                        .findFirst()
                        .map(op -> OpRows.of(view, op))
                        .orElse(null));
        return Json.extended(Rows.partition(view, p), more);
    }

    private CompletableFuture<?> decommission(RoutingContext c) {
        JsonObject body = body(c, "partition", "from", "to", "weight", "dryRun");
        View view = service.view();
        Partition p = Names.partition(view, named(body));
        Member source = Names.member(view, p, text(body, "from"));
        Names.Place to = body.containsKey("to") ? Names.place(view, text(body, "to")) : Names.Place.ANY;
        if (flag(body, "dryRun")) {
            Target target = Target.ofReplica(view, p, source, to.node(), to.disk());
            return Requests.aside(c, () -> new Api.Reply(200, DrainPlan.of(view, target)));
        }
        return service.drains()
                .decommissionReplica(caller(c), p, source, to, number(body, "weight", Op.DEFAULT_WEIGHT))
                .thenCompose(op -> OpRoutes.row(c, service, op));
    }

    private CompletableFuture<?> recover(RoutingContext c) {
        JsonObject body = body(c, "partition", "dryRun", "waitMs", "survivor", "forceChoice");
        View view = service.view();
        Partition p = Names.partition(view, named(body));
        long survivor = body.containsKey("survivor") ? survivor(view, p, text(body, "survivor")) : 0;
        boolean insist = flag(body, "forceChoice");
        if (flag(body, "dryRun")) {
            RecoveryPlan plan = RecoveryPlan.of(view, p, new RecoveryWish(0, survivor, insist));
            if (survivor != 0 && !plan.outcome().equals(RecoveryPlan.NOT_NEEDED)) {
                DrainService.checkSurvivor(plan, survivor);
            }
            return Api.now(new Api.Reply(200, plan));
        }
        return service.drains()
                .recover(caller(c), p, number(body, "waitMs", 0), survivor, insist)
                .thenCompose(op -> OpRoutes.row(c, service, op));
    }

    /** A member, or a backup that was put back; also one that lies on a drained disk, so that it can be said why it is refused. */
    private static long survivor(View view, Partition p, String place) {
        Names.Place at = Names.place(view, place);
        Stream<Survivor> there =
                Stream.concat(RecoveryPlan.of(view, p).survivors().stream(), Survivor.drained(view, p).stream());
        return there.filter(s -> at.disk() == s.disk()
                        || at.disk() == 0
                                && view.cluster()
                                        .disk(s.disk())
                                        .filter(d -> d.node() == at.node())
                                        .isPresent())
                .map(Survivor::replica)
                .findFirst()
                .orElseGet(() -> Names.member(view, p, place).replica());
    }

    private CompletableFuture<?> addReplica(RoutingContext c) {
        JsonObject body = body(c, "partition", "to", "dryRun");
        View view = service.view();
        Partition p = Names.partition(view, named(body));
        Names.Place to = body.containsKey("to") ? Names.place(view, text(body, "to")) : Names.Place.ANY;
        if (flag(body, "dryRun")) {
            Target target = Target.ofAddition(view, p, to.node(), to.disk());
            return Requests.aside(c, () -> new Api.Reply(200, DrainPlan.of(view, target)));
        }
        return service.drains().addReplica(caller(c), p, to).thenCompose(op -> OpRoutes.row(c, service, op));
    }

    private CompletableFuture<?> removeReplica(RoutingContext c) {
        JsonObject body = body(c, "partition", "from", "lower", "dryRun");
        View view = service.view();
        Partition p = Names.partition(view, named(body));
        Member member = Names.member(view, p, text(body, "from"));
        boolean lower = flag(body, "lower");
        return flag(body, "dryRun")
                ? Api.now(RemovalPlan.of(view, p, member, lower))
                : service.drains().removeReplica(caller(c), p, member, lower).thenApply(this::row);
    }

    private CompletableFuture<?> changePrimary(RoutingContext c) {
        JsonObject body = body(c, "partition", "to", "dryRun");
        View view = service.view();
        Partition p = Names.partition(view, named(body));
        Optional<Member> to =
                body.containsKey("to") ? Optional.of(Names.member(view, p, text(body, "to"))) : Optional.empty();
        return flag(body, "dryRun")
                ? Api.now(PrimaryChange.of(view, p, to))
                : service.drains().changePrimary(caller(c), p, to).thenApply(this::row);
    }

    private CompletableFuture<?> resetTarget(RoutingContext c) {
        JsonObject body = body(c, "partition");
        Partition p = Names.partition(service.view(), named(body));
        return service.drains().resetTarget(caller(c), p).thenApply(this::row);
    }

    private Rows.PartitionRow row(int id) {
        View view = service.view();
        return Rows.partition(view, Names.partition(view, Integer.toString(id)));
    }

    private static String named(JsonObject body) {
        return body.getValue("partition") instanceof Number id
                ? Long.toString(id.longValue())
                : text(body, "partition");
    }
}
