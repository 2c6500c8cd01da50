package io.kintsugi.master.plan.balance;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.plan.Rejection;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/** Reads a layout off a view. Weights are those of the replicas as configured: at the same moment for all disks, and never late. */
public final class Layouts {
    private final View view;
    private final IntPredicate avoided;
    private final LongPredicate stays;

    private Layouts(View view, IntPredicate avoided, LongPredicate stays) {
        this.view = view;
        this.avoided = avoided;
        this.stays = stays;
    }

    public static Layout of(View view) {
        return of(view, partition -> false, replica -> false);
    }

    /**
     * @param avoided partitions that aren't to be touched
     * @param stays replicas that aren't to be moved
     */
    public static Layout of(View view, IntPredicate avoided, LongPredicate stays) {
        return new Layouts(view, avoided, stays).read();
    }

    private Layout read() {
        ClusterView cluster = view.cluster();
        Map<Integer, String> nodes = new TreeMap<>();
        List<Slot.Facts> disks = new ArrayList<>();
        double unknown = cluster.disks().stream()
                .mapToLong(d ->
                        view.reports().disk(d.id()).map(DiskFacts::totalBytes).orElse(0L))
                .max()
                .orElse(0);
        for (Disk d : cluster.disks()) {
            Node node = cluster.node(d.node()).orElse(null);
            if (node != null && d.present()) {
                Slot.Facts facts = facts(d, node, Math.max(1, unknown));
                disks.add(facts);
                if (facts.inUse()) {
                    nodes.put(node.id(), node.name());
                }
            }
        }
        Layout layout = new Layout(disks, nodes);
        Map<Integer, Op> moving = new TreeMap<>();
        cluster.openOps().stream()
                .filter(op -> op.move() != null && op.move().step() == MoveStep.NONE)
                .forEach(op -> moving.put(op.move().partition(), op));
        cluster.partitions().values().forEach(p -> layout.add(slice(p, moving.get(p.id()))));
        return layout;
    }

    private Slot.Facts facts(Disk d, Node node, double unknown) {
        DiskFacts f = view.reports().disk(d.id()).orElse(null);
        Rejection no = Rejection.of(view, d, 0).orElse(null);
        boolean well = f != null && f.suspect().isEmpty();
        boolean inUse = well && (no == null || no == Rejection.DISK_FULL);
        return new Slot.Facts(
                d.id(),
                view.diskName(d),
                d.node(),
                node.zone(),
                f == null || f.totalBytes() <= 0 ? unknown : f.totalBytes(),
                Rejection.room(view, d),
                inUse && no == null,
                inUse);
    }

    /** What is on its way counts as arrived. */
    private Slice slice(Partition p, Op waiting) {
        Move move = waiting == null ? null : waiting.move();
        List<Slice.Copy> copies = new ArrayList<>();
        for (Member m : p.all()) {
            boolean leaves = m.replica() == p.leaving() || move != null && m.replica() == move.source();
            if (!leaves || move != null && move.toDisk() == 0) {
                copies.add(new Slice.Copy(m.replica(), m.disk(), stays.test(m.replica())));
            }
        }
        if (move != null && move.toDisk() != 0) {
            copies.add(new Slice.Copy(-waiting.id(), move.toDisk(), true));
        }
        boolean steady = steady(view, p) && !avoided.test(p.id());
        return new Slice(p.id(), view.partitionName(p), view.bytes(p), steady, copies, p.primary());
    }

    /** Whether it is whole, served, its replicas hold the same as far as is known, and nobody is at work on it or about to be. */
    static boolean steady(View view, Partition p) {
        ClusterView cluster = view.cluster();
        return p.mutex() == RestoreMutex.STOP
                && p.joining() == null
                && p.members().size() == p.target()
                && p.inSync().size() == p.members().size()
                && cluster.openMoves(p.id()).isEmpty()
                && cluster.openRejoins(p.id()).isEmpty()
                && !cluster.discarded(p.id())
                && cluster.table(p.table()).filter(t -> t.droppedAt() == 0).isPresent()
                && p.members().stream().allMatch(m -> view.able(m) && stays(view, m))
                && view.served(p)
                && !HigherEpoch.holds(view, p)
                && !view.reports().differing().contains(p.id());
    }

    /** Whether nobody wants the member away from where it is. */
    private static boolean stays(View view, Member m) {
        return view.cluster()
                        .disk(m.disk())
                        .filter(d -> d.drain() == DrainState.NONE)
                        .isPresent()
                && view.cluster()
                        .node(m.node())
                        .filter(n -> n.drain() == DrainState.NONE)
                        .isPresent();
    }
}
