package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.caller;
import static io.kintsugi.master.transport.Api.flag;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.AbsencePlan;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Members out of service and back: {@code /v1/nodes/offline}, {@code /v1/nodes/recover}, of partitions by name; and {@code /v1/replicas}. */
final class AbsenceRoutes {
    private final AdminService service;

    AbsenceRoutes(AdminService service) {
        this.service = service;
    }

    void mount(Router router) {
        router.post("/v1/nodes/offline").handler(answer(200, this::offline));
        router.post("/v1/nodes/recover").handler(answer(200, this::recover));
        router.post("/v1/partitions/set-alive").handler(answer(200, this::setAlive));
        router.post("/v1/partitions/recover-member").handler(answer(200, this::recoverMember));
        router.get("/v1/replicas").handler(answer(200, this::replicas));
    }

    private CompletableFuture<?> offline(RoutingContext c) {
        JsonObject body = body(c, "node", "force");
        Node node = Names.node(service.view(), text(body, "node"));
        return service.absences().offline(caller(c), node, flag(body, "force"));
    }

    private CompletableFuture<?> recover(RoutingContext c) {
        JsonObject body = body(c, "node");
        return service.absences().recover(caller(c), Names.node(service.view(), text(body, "node")));
    }

    private CompletableFuture<?> setAlive(RoutingContext c) {
        JsonObject body = body(c, "table", "partitions", "node", "alive", "force");
        View view = service.view();
        Node node = Names.node(view, text(body, "node"));
        boolean alive = flag(body, "alive");
        boolean force = flag(body, "force");
        return service.absences()
                .all(
                        caller(c),
                        node,
                        partitions(view, body, node),
                        (now, p, m) -> alive ? AbsencePlan.in(now, p, m) : AbsencePlan.out(now, p, m, force));
    }

    private CompletableFuture<?> recoverMember(RoutingContext c) {
        JsonObject body = body(c, "partitions", "node");
        View view = service.view();
        Node node = Names.node(view, text(body, "node"));
        return service.absences().all(caller(c), node, partitions(view, body, node), AbsencePlan::back);
    }

    /** Those named, each of which must have a member there; or all of a table that have one. */
    private static List<Integer> partitions(View view, JsonObject body, Node node) {
        if (body.getValue("partitions") instanceof JsonArray named) {
            return named.stream()
                    .map(name -> Names.partition(view, String.valueOf(name)))
                    .peek(p -> Names.member(view, p, node.name()))
                    .map(Partition::id)
                    .toList();
        }
        List<Integer> ids = view
                .cluster()
                .partitionsOfTable(Names.table(view, text(body, "table")).id())
                .stream()
                .filter(p -> p.members().stream().anyMatch(m -> m.node() == node.id()))
                .map(Partition::id)
                .toList();
        if (ids.isEmpty()) {
            throw ApiException.notFound(
                    "NO_SUCH_PARTITION", "no partition of it has a replica on datanode " + node.name());
        }
        return ids;
    }

    private CompletableFuture<?> replicas(RoutingContext c) {
        View view = service.view();
        String table = c.queryParams().get("table");
        Collection<Partition> partitions = table == null
                ? view.cluster().partitions().values()
                : view.cluster().partitionsOfTable(Names.table(view, table).id());
        return Requests.aside(c, () -> partitions.stream()
                .filter(p -> view.cluster()
                        .table(p.table())
                        .filter(t -> t.droppedAt() == 0)
                        .isPresent())
                .flatMap(p -> MemberRows.of(view, p).stream())
                .toList());
    }
}
