package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.sim.datanode.DiskSurvey;
import io.kintsugi.sim.datanode.SimDisk;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What must not be destroyed: of each partition a replica that has once been in-sync, and that isn't about to go by a command that the masters
 * may have given before they hear of the loss.
 */
final class LastCopies {
    private final Cluster cluster;
    /** Replicas that operators have asked to take out, done or not. */
    private final Set<Long> doomed = new HashSet<>();

    LastCopies(Cluster cluster) {
        this.cluster = cluster;
    }

    void asked(long replica) {
        doomed.add(replica);
    }

    /** Whether each partition goes on having something without these disks. */
    boolean without(Collection<SimDisk> disks) {
        Set<Long> left = new HashSet<>();
        Set<Long> lost = new HashSet<>();
        cluster.nodes.stream().flatMap(n -> n.disks().stream()).forEach(d -> (disks.contains(d) ? lost : left)
                .addAll(DiskSurvey.of(d).replicas().keySet()));
        ClusterState s = cluster.state();
        return s.partitions().values().stream().allMatch(p -> hasCopy(s, p, left, lost));
    }

    /**
     * Whether another replica that has once been in-sync lies on some disk, and isn't about to go. The masters may not have heard that one is
     * lost, and would let an operator take the last: two disasters at once.
     */
    boolean another(Partition p, long replica) {
        Set<Long> there = new HashSet<>();
        cluster.nodes.stream()
                .flatMap(n -> n.disks().stream())
                .forEach(d -> there.addAll(DiskSurvey.of(d).replicas().keySet()));
        return p.members().stream()
                .filter(m -> m.replica() != replica && m.leftEpoch() != Member.NEVER)
                .anyMatch(m -> there.contains(m.replica()) && !doomed.contains(m.replica()));
    }

    private boolean hasCopy(ClusterState s, Partition p, Set<Long> left, Set<Long> lost) {
        boolean hit = p.all().stream().anyMatch(m -> lost.contains(m.replica()));
        boolean choosing = s.op(p.mutexOp())
                .filter(op -> op.kind() == OpKind.RECOVERY && !op.ended())
                .isPresent();
        long copies = p.members().stream()
                .filter(m -> m.leftEpoch() != Member.NEVER && left.contains(m.replica()))
                .filter(m -> m.replica() != p.leaving() && !doomed.contains(m.replica()))
                .count();
        int wanted = s.table(p.table())
                .map(t -> Math.min(t.replicas(), p.target()))
                .orElse(p.target()); // operators may reset it
        int superfluous = Math.max(0, p.members().size() - wanted);
        return !hit || !choosing && copies > superfluous;
    }
}
