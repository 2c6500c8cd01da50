package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.sim.datanode.SimDisk;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A record of one replica can't be read any more and nobody has noticed, when another replica is to move and would be copied from there: the copy
 * must not count (law 1, as {@link io.kintsugi.sim.datanode.CopyLaws} checks it), the spoilt replica is replaced from a good one, and the move ends.
 */
final class SpoiltSource {
    private final Cluster cluster;
    private final Operators operators;
    private final SplittableRandom random;

    SpoiltSource(Cluster cluster, Operators operators) {
        this.cluster = cluster;
        this.operators = operators;
        random = cluster.world.random("spoilt");
    }

    /** In a third of the runs, where there is a partition with a second replica. */
    void strike() {
        if (random.nextInt(3) > 0) {
            return;
        }
        for (Partition p : List.copyOf(cluster.state().partitions().values())) {
            List<Member> others =
                    p.members().stream().filter(m -> m.replica() != p.primary()).toList();
            if (!others.isEmpty()) {
                // of two the primary is asked for the copy, of three the third is first
                Member moves = others.getFirst();
                strike(p, moves, others.size() > 1 ? others.getLast() : primary(p));
                return;
            }
        }
    }

    /** The spoilt replica may have been replaced by one in the only place that there was. */
    private static boolean hasNowhereToGo(Op op) {
        return op.status() == OpStatus.MARKED && op.reason().equals("NO_DESTINATION");
    }

    private static Member primary(Partition p) {
        return p.member(p.primary()).orElseThrow();
    }

    private void strike(Partition p, Member moves, Member source) {
        SimDisk disk = disk(source);
        if (!disk.rot(p.id(), source.replica())) {
            return;
        }
        long before = refused();
        operators.ask(new Command.MoveReplica(p.id(), moves.replica(), 0, 0, 2));
        cluster.must(
                "a move whose source is spoilt ends",
                cluster.plan.bound().multipliedBy(2),
                () -> cluster.state().openOps().stream().allMatch(SpoiltSource::hasNowhereToGo) && cluster.healthy());
        if (refused() > before) {
            cluster.must(
                    "a source whose copies can't be read is replaced: " + source,
                    cluster.plan.bound(),
                    () -> cluster.state()
                                    .partition(p.id())
                                    .orElseThrow()
                                    .member(source.replica())
                                    .isEmpty()
                            || !disk.rotten()); // what was written over since can be read again
        }
        disk.mend();
        cluster.state().openOps().forEach(op -> operators.ask(new Command.CancelOp(op.id())));
        cluster.must("no op is open after a spoilt source", cluster.plan.bound(), () -> cluster.state()
                .openOps()
                .isEmpty());
        cluster.must("healthy after a spoilt source", cluster.plan.bound(), cluster::healthy);
        cluster.must("nothing is left over of a spoilt source", cluster.plan.bound(), cluster::nothingStray);
    }

    /** Copies that couldn't be read. */
    private long refused() {
        return cluster.world.counts().of("copy.spoilt");
    }

    private SimDisk disk(Member m) {
        String path = cluster.state().disk(m.disk()).orElseThrow().path();
        return cluster.node(m.node()).disks().stream()
                .filter(d -> d.root().toString().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
