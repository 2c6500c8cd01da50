package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** A member's files are lost or bad, on a disk that works, or its disk was replaced by another: it never comes back under its id. */
public record LostReplica() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        return Copies.possible(view, p) ? whoeverOwns(view, p) : Optional.empty();
    }

    /** The same while a move works at the partition, which has to give way. */
    public static Optional<Repair> whoeverOwns(View view, Partition p) {
        return member(view, p)
                .map(m -> Copies.replace(view, p, m, new LostReplica().name(), "REPLICA_LOST", why(view, m)));
    }

    private static Optional<Member> member(View view, Partition p) {
        return p.members().stream()
                .filter(m -> Copies.replaceable(p, m))
                .filter(m -> replaced(view, m) || bad(view, m))
                .findFirst();
    }

    private static String why(View view, Member m) {
        return replaced(view, m)
                ? "went with its disk, which was replaced"
                : view.reports()
                        .replica(m.replica())
                        .map(f -> "is " + f.state() + (f.detail().isEmpty() ? "" : ": " + f.detail()))
                        .orElse("is lost");
    }

    private static boolean replaced(View view, Member m) {
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
