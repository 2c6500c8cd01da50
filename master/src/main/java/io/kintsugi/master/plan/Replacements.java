package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** Which members are lost for good, and where new ones take their place. */
public final class Replacements {
    private Replacements() {}

    /**
     * A member to be replaced now: its disk was replaced, or its replica says that its files are lost or bad, on a disk that works. Never
     * the primary (another is elected first) nor the only one in-sync (its data may be all there is), and not while a move owns the partition.
     */
    public static Optional<Member> lost(View view, Partition p) {
        return p.mutex() != RestoreMutex.STOP || p.joining() != null ? Optional.empty() : goneForGood(view, p);
    }

    /** The same, whoever owns the partition. */
    static Optional<Member> goneForGood(View view, Partition p) {
        return p.members().stream()
                .filter(m -> m.replica() != p.primary() && p.inSync().stream().anyMatch(r -> r != m.replica()))
                .filter(m -> gone(view, m) || bad(view, m))
                .findFirst();
    }

    /** On the same node if it can be, so that the spread stays: the new disk at the same path, else the same disk, else any other. */
    public static Optional<Disk> home(View view, Partition p, Member lost) {
        String path = view.cluster().disk(lost.disk()).map(Disk::path).orElse("");
        Optional<Disk> same = view.cluster().disksOfNode(lost.node()).stream()
                .filter(d -> d.path().equals(path) && d.present())
                .filter(d -> Rejection.of(view, d, view.bytes(p)).isEmpty())
                .findFirst();
        return same.or(() -> Destinations.choose(view, p, lost) instanceof Choice.Chosen<Disk>(Disk disk)
                ? Optional.of(disk)
                : Optional.empty());
    }

    private static boolean gone(View view, Member m) {
        return view.cluster().disk(m.disk()).filter(Disk::present).isEmpty();
    }

    private static boolean bad(View view, Member m) {
        return view.diskWorks(m.disk())
                && view.reports()
                        .replica(m.replica())
                        .filter(f -> f.state() == ReplicaFacts.State.LOST || f.state() == ReplicaFacts.State.CORRUPT)
                        .isPresent();
    }
}
