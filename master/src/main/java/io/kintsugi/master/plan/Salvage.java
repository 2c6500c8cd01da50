package io.kintsugi.master.plan;

import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Comparator;
import java.util.Optional;

/**
 * The only in-sync copies of a partition that are left lie on broken disks, of datanodes that live: one of them is read where it lies, without
 * serving, and the copy goes on in its place (decision 0008).
 */
public final class Salvage {
    /** How a datanode begins its word of a copy from a broken disk that came to nothing. */
    private static final String UNREADABLE = "SALVAGE_UNREADABLE: ";

    private static final Comparator<ReplicaFacts> LONGEST_LOG =
            Comparator.comparingLong(ReplicaFacts::lastEpoch).thenComparingLong(ReplicaFacts::lastIndex);

    private Salvage() {}

    /** The replica to be read, if that is what is left to be done: of several the one whose log is known to be the longest. */
    public static Optional<Member> source(View view, Partition p) {
        return p.members().stream()
                .filter(m -> possible(view, p, m))
                .max(Comparator.comparing(
                                (Member m) ->
                                        view.reports().replica(m.replica()).orElse(null),
                                Comparator.nullsFirst(LONGEST_LOG))
                        .thenComparing(m -> -m.replica()));
    }

    /**
     * Whether this replica may be read so: it is in-sync, so it has all that was acknowledged; its disk is broken and its datanode can be asked; and
     * no other in-sync one is where it could serve, or may yet say that it can.
     */
    public static boolean possible(View view, Partition p, Member m) {
        return view.reports().judging()
                && p.isInSync(m.replica())
                && readable(view, m)
                && p.inSync().stream()
                        .allMatch(r -> p.member(r).filter(view::failed).isPresent() && !stopped(view, r));
    }

    private static boolean readable(View view, Member m) {
        boolean known = view.cluster()
                .disk(m.disk())
                .filter(d -> d.status() == DiskStatus.UNAVAILABLE)
                .isPresent();
        boolean corrupt = view.reports()
                .replica(m.replica())
                .filter(f -> f.state() == ReplicaFacts.State.CORRUPT)
                .isPresent();
        return known
                && !corrupt
                && view.reports().alive(m.node())
                && view.reports()
                        .disk(m.disk())
                        .filter(f -> f.health() == DiskFacts.Health.BROKEN && f.readable())
                        .isPresent();
    }

    /** By a contradiction: then nobody but a human knows which of the partition's data is right. */
    private static boolean stopped(View view, long replica) {
        return view.reports()
                .replica(replica)
                .filter(f -> f.state() == ReplicaFacts.State.ALARM)
                .isPresent();
    }

    /** Whether the joining replica is still to be told to read the leaving one. */
    public static boolean toBegin(Partition p, ReplicaFacts joining) {
        return p.salvaged()
                && p.joining().replica() == joining.replica()
                && joining.epoch() >= p.epoch()
                && joining.state() == ReplicaFacts.State.OK
                && unreadable(joining).isEmpty();
    }

    /** Whether the joining replica has said, in this epoch, that it holds all that there was. */
    static boolean done(View view, Partition p) {
        return view.reports()
                .replica(p.joining().replica())
                .filter(f -> f.epoch() >= p.epoch() && f.state() == ReplicaFacts.State.SALVAGED)
                .isPresent();
    }

    /** What couldn't be read, and why. */
    static Optional<String> unreadable(ReplicaFacts joining) {
        return joining.detail().startsWith(UNREADABLE)
                ? Optional.of(joining.detail().substring(UNREADABLE.length()))
                : Optional.empty();
    }
}
