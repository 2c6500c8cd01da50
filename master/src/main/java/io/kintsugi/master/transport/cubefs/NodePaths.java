package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code /dataNode/…}. */
final class NodePaths {
    private final DrainService drains;
    private final DrainVerbs verbs;

    private NodePaths(DrainService drains) {
        this.drains = drains;
        this.verbs = new DrainVerbs(drains);
    }

    static void mount(Paths paths) {
        NodePaths nodes = new NodePaths(paths.service().drains());
        paths.read("/admin/cluster/getAllDataNodes", (view, params) -> ClusterJson.nodes(view));
        paths.read("/dataNode/get", (view, params) -> NodeJson.info(view, Find.node(view, params)));
        paths.read(
                "/dataNode/queryDisableDisk", (view, params) -> DiskJson.drained(view, Find.node(view, params), false));
        paths.read(
                "/dataNode/queryDecommissionSuccessDisk",
                (view, params) -> DiskJson.drained(view, Find.node(view, params), true));
        paths.read("/dataNode/queryDecommissionProgress", NodePaths::progress);
        paths.read("/dataNode/queryDecommissionFailedDps", NodePaths::failed);
        paths.verb("/dataNode/decommission", nodes::decommission);
        paths.verb("/dataNode/cancelDecommission", nodes::cancel);
        paths.verb("/dataNode/pauseDecommission", nodes::pause);
        paths.verb("/dataNode/resetDecommissionStatus", nodes::reset);
        paths.verb("/dataNode/add", NodePaths::add);
    }

    private static Optional<Op> job(View view, Params params) {
        return Jobs.ofNode(view, Find.node(view, params));
    }

    private static JsonObject progress(View view, Params params) {
        return job(view, params).map(op -> DrainJson.ofNode(view, op)).orElseGet(() -> new JsonObject()
                .put("Status", 0)
                .put("StatusMessage", Words.INITIAL)
                .put("Progress", GoText.percent(0)));
    }

    private static List<Integer> failed(View view, Params params) {
        return job(view, params).stream()
                .flatMap(op -> DrainParts.of(view, Jobs.drainsOf(view, op)).failed().stream())
                .map(DrainParts.Note::partition)
                .toList();
    }

    private CompletableFuture<?> decommission(View view, Params params, Caller caller) {
        Node node = Find.node(view, params);
        int weight = params.count("weight", Op.DEFAULT_WEIGHT);
        NotYet.RAFT_FORCE_NEEDLESS.refuseIf(params.flag("raftForceDel", false));
        NotYet.DECOMMISSION_COUNT_NOT_YET.refuseIf(params.number("count", 0) != 0);
        return verbs.begin(
                caller, view.cluster().op(node.drainOp()), () -> drains.decommissionNode(caller, node.name(), weight)
                        .thenApply(op -> "op " + op + " decommissions datanode " + node.name()));
    }

    /** No error without one, as in the original. */
    private CompletableFuture<?> cancel(View view, Params params, Caller caller) {
        Optional<Op> open = job(view, params).filter(op -> !op.ended());
        return open.isEmpty()
                ? CompletableFuture.completedFuture("the datanode isn't being decommissioned")
                : verbs.cancel(caller, open.get());
    }

    private CompletableFuture<?> pause(View view, Params params, Caller caller) {
        Op open = job(view, params)
                .filter(op -> !op.ended())
                .orElseThrow(
                        () -> CubefsException.parameter("NO_DECOMMISSION: the datanode isn't being decommissioned"));
        return verbs.pause(caller, open);
    }

    private CompletableFuture<?> reset(View view, Params params, Caller caller) {
        Optional<Op> job = job(view, params);
        return job.isEmpty()
                ? CompletableFuture.completedFuture("the datanode has nothing to be reset")
                : verbs.reset(caller, job.get());
    }

    /** The id of one that is there; others come by themselves. */
    private static CompletableFuture<?> add(View view, Params params, Caller caller) {
        return CompletableFuture.completedFuture(Find.optionalNode(view, params.text("addr"))
                .map(Node::id)
                .orElseThrow(NotYet.DATANODES_REGISTER::refusal));
    }
}
