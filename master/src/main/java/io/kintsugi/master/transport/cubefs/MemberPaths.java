package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.RecoveryPlan;
import io.kintsugi.master.plan.Survivor;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.master.transport.Names;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code /dataReplica/…} and {@code /dataNode/migrate}: replicas of partitions by hand. */
final class MemberPaths {
    /** What the original's clients ask for when nobody says. */
    private static final int MIGRATED_AT_ONCE = 50;

    private final DrainService drains;

    private MemberPaths(DrainService drains) {
        this.drains = drains;
    }

    static void mount(Paths paths) {
        MemberPaths members = new MemberPaths(paths.service().drains());
        paths.verb("/dataReplica/add", members::add);
        paths.verb("/dataReplica/delete", members::delete);
        paths.verb("/dataNode/migrate", members::migrate);
    }

    private static Node node(View view, Params params, String name) {
        String address = params.text(name);
        return Find.optionalNode(view, address)
                .orElseThrow(() -> new CubefsException(
                        Codes.NO_DATANODE, "NO_SUCH_NODE: there is no datanode at '" + address + "'"));
    }

    private static Optional<Member> member(Partition p, Node node) {
        return p.members().stream().filter(m -> m.node() == node.id()).findFirst();
    }

    /** No error where there is one already, as in the original. */
    private CompletableFuture<?> add(View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        Node node = node(view, params, "addr");
        if (member(p, node).isPresent()) {
            return CompletableFuture.completedFuture("partition " + p.id() + " has a replica on " + node.name());
        }
        return drains.addReplica(caller, p, new Names.Place(node.id(), 0))
                .thenApply(op -> "op " + op + " adds a replica of partition " + p.id() + " on " + node.name());
    }

    /**
     * No error where there is none, as in the original. Below the target it is refused unless {@code lower=true}, which the original doesn't
     * know, says that there are to be fewer.
     */
    private CompletableFuture<?> delete(View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        Node node = node(view, params, "addr");
        if (params.flag("raftForceDel", false)) {
            return force(view, p, node, caller);
        }
        Optional<Member> member = member(p, node);
        if (member.isEmpty()) {
            return CompletableFuture.completedFuture("partition " + p.id() + " has no replica on " + node.name());
        }
        return drains.removeReplica(caller, p, member.get(), params.flag("lower", false))
                .thenApply(id -> "partition " + id + " has no replica on " + node.name() + " any more");
    }

    /**
     * Of a partition that nobody serves: it is recovered by force, with the best replica that is left elsewhere. The last good copy isn't taken
     * out so.
     */
    private CompletableFuture<?> force(View view, Partition p, Node node, Caller caller) {
        NotYet.RAFT_FORCE_NEEDLESS.refuseIf(view.served(p));
        Survivor survivor = RecoveryPlan.of(view, p).survivor();
        if (survivor != null
                && view.cluster()
                        .disk(survivor.disk())
                        .filter(d -> d.node() == node.id())
                        .isPresent()) {
            throw CubefsException.refused(
                    "LAST_GOOD_COPY",
                    "partition " + p.id() + " is served by nobody, and the replica on " + node.name()
                            + " is the best that is left of it");
        }
        return drains.recover(caller, p).thenApply(op -> "op " + op + " recovers partition " + p.id() + " by force");
    }

    private CompletableFuture<?> migrate(View view, Params params, Caller caller) {
        Node from = node(view, params, "srcAddr");
        Node to = node(view, params, "targetAddr");
        if (from.id() == to.id()) {
            throw CubefsException.parameter("SAME_NODE: srcAddr and targetAddr are the same datanode");
        }
        int count = params.count("count", MIGRATED_AT_ONCE);
        int weight = params.count("weight", Op.DEFAULT_WEIGHT);
        return drains.migrate(caller, from, to, count == 0 ? Integer.MAX_VALUE : count, weight)
                .thenApply(ops -> ops.size() + " partitions move from " + from.name() + " to " + to.name()
                        + (ops.isEmpty() ? "" : ", by ops " + ops));
    }
}
