package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Rejection;
import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The naive count of what balance evens out (decision 0013); all disks of the simulation have one size. */
final class Evenness {
    /** What a replica costs a disk beside its bytes. */
    private static final double EACH = 64 << 20;

    private static final double TOLERANCE = 0.1;

    private final View view;
    private final Map<Integer, Double> weights = new HashMap<>();
    private final Map<Integer, Integer> primaries = new HashMap<>();

    /** A move that has a destination and hasn't begun counts as done. */
    Evenness(View view) {
        this.view = view;
        for (Partition p : view.cluster().partitions().values()) {
            p.all().stream().filter(m -> m.replica() != p.leaving()).forEach(m -> put(m.disk(), weight(p)));
            p.member(p.primary()).ifPresent(m -> primaries.merge(m.node(), 1, Integer::sum));
        }
        for (Op op : view.cluster().openOps()) {
            Partition p = op.move() == null
                    ? null
                    : view.cluster().partition(op.move().partition()).orElse(null);
            if (p != null && op.move().step() == MoveStep.NONE && op.move().toDisk() != 0) {
                moved(p, op.move().sourceDisk(), op.move().toDisk());
            }
        }
    }

    private double weight(Partition p) {
        return view.bytes(p) + EACH;
    }

    double weight(int disk) {
        return weights.getOrDefault(disk, 0.0);
    }

    private void put(int disk, double weight) {
        weights.merge(disk, weight, Double::sum);
    }

    void moved(Partition p, int from, int to) {
        put(from, -weight(p));
        put(to, weight(p));
    }

    /** Whether the one disk is no emptier than the other once a replica has gone there: only then does it become more even. */
    boolean evens(Partition p, int from, int to) {
        return weight(from) - weight(p) >= weight(to) + weight(p);
    }

    /** Whether that member may go there by the rules of placement: one replica a datanode, in no fewer zones. */
    boolean fits(Partition p, Member source, Disk to) {
        List<Member> others = p.all().stream().filter(m -> m != source).toList();
        List<String> zones = others.stream().map(m -> zone(m.node())).toList();
        return others.stream().noneMatch(m -> m.node() == to.node())
                && (!zones.contains(zone(to.node())) || zones.contains(zone(source.node())));
    }

    private String zone(int node) {
        return view.cluster().node(node).map(Node::zone).orElse("?");
    }

    private boolean used(Disk d) {
        return d.present()
                && Rejection.of(view, d, 0).isEmpty()
                && view.reports()
                        .disk(d.id())
                        .filter(f -> f.suspect().isEmpty())
                        .isPresent();
    }

    /**
     * What would make it more even by more than the tolerance, of the partitions that may be touched; empty: it is as even as it can be.
     *
     * @param stay replicas that aren't to be moved
     */
    Optional<String> left(Set<Long> stay) {
        List<Disk> disks = view.cluster().disks().stream().filter(this::used).toList();
        List<Partition> whole = view.cluster().partitions().values().stream()
                .filter(this::steady)
                .toList();
        return whole.stream()
                .flatMap(p -> p.members().stream().flatMap(m -> disks.stream()
                        .filter(to -> !stay.contains(m.replica()) && moves(p, m, to, disks))
                        .map(to -> "replica " + m.replica() + " of partition " + p.id() + " might go from "
                                + view.diskName(m.disk()) + " to " + view.diskName(to))))
                .findFirst()
                .or(() -> handOver(whole, disks));
    }

    private boolean moves(Partition p, Member m, Disk to, List<Disk> disks) {
        double mean = disks.stream().mapToDouble(d -> weight(d.id())).average().orElse(0);
        return disks.stream().anyMatch(d -> d.id() == m.disk())
                && weight(m.disk()) - weight(to.id()) > TOLERANCE * mean
                && fits(p, m, to)
                && evens(p, m.disk(), to.id());
    }

    private Optional<String> handOver(List<Partition> whole, List<Disk> disks) {
        Map<Integer, Integer> counts =
                disks.stream().map(Disk::node).distinct().collect(Collectors.toMap(n -> n, this::primaries));
        double mean =
                counts.values().stream().mapToInt(Integer::intValue).average().orElse(0);
        return whole.stream()
                .flatMap(p -> p.members().stream()
                        .filter(m -> disks.stream().anyMatch(d -> d.id() == m.disk()))
                        .filter(m -> gap(p, m) >= 2 && gap(p, m) > TOLERANCE * mean)
                        .map(m -> "replica " + m.replica() + " might be primary of partition " + p.id() + ", of "
                                + counts))
                .findFirst();
    }

    private int gap(Partition p, Member heir) {
        return primaries(p.member(p.primary()).orElseThrow().node()) - primaries(heir.node());
    }

    private int primaries(int node) {
        return primaries.getOrDefault(node, 0);
    }

    private boolean steady(Partition p) {
        return view.served(p)
                && !view.reports().differing().contains(p.id())
                && p.members().size() == p.target()
                && p.inSync().size() == p.target()
                && view.cluster()
                        .table(p.table())
                        .filter(t -> t.droppedAt() == 0)
                        .isPresent()
                && p.members().stream().allMatch(m -> view.cluster()
                        .disk(m.disk())
                        .filter(d -> d.drain() == DrainState.NONE)
                        .isPresent());
    }
}
