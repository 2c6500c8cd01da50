package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who becomes primary, and when (DESIGN section 6, rules 11 and 13). */
public final class Elections {
    private static final Comparator<ReplicaFacts> LONGEST_LOG =
            Comparator.comparingLong(ReplicaFacts::lastEpoch).thenComparingLong(ReplicaFacts::lastIndex);

    private Elections() {}

    /**
     * The change of configuration that the partition's failed replicas call for, if any: another primary, or the same one without the
     * in-sync replicas that failed. Empty as well when nobody in-sync is there to be elected ({@link #offline}), and where automatic failover is
     * off.
     */
    public static Optional<Command.Elect> failover(View view, Partition p) {
        return primaryFailed(view, p) && !AutoFailover.elects(view, p) ? Optional.empty() : byHand(view, p);
    }

    /** The same by an operator's word, whether or not it is done by itself. */
    public static Optional<Command.Elect> byHand(View view, Partition p) {
        List<Long> inSync = workingInSync(view, p);
        if (primaryFailed(view, p)) {
            return candidate(view, p, 0).map(m -> elect(p, m, inSync));
        }
        boolean shrunk = inSync.size() < p.inSync().size();
        return shrunk ? p.member(p.primary()).filter(view::able).map(m -> elect(p, m, inSync)) : Optional.empty();
    }

    /** Whether the partition needs a primary: it has none, its node or disk is dead, its replica lost, or restarted in this epoch. */
    public static boolean primaryFailed(View view, Partition p) {
        Optional<Member> primary = p.member(p.primary());
        return primary.isEmpty()
                || view.failed(primary.get())
                || view.reports()
                        .replica(p.primary())
                        .filter(f -> f.role() == ReplicaFacts.Role.NONE && f.epoch() == p.epoch())
                        .isPresent();
    }

    /** The best in-sync replica but {@code excluded}: able, longest log, least loaded node. */
    public static Optional<Member> candidate(View view, Partition p, long excluded) {
        Comparator<Member> best = Comparator.comparing(
                        (Member m) -> view.reports().replica(m.replica()).orElseThrow(), LONGEST_LOG)
                .thenComparing(m -> -view.reports().primaries(m.node()))
                .thenComparing(m -> -m.replica());
        return p.all().stream()
                .filter(m -> m.replica() != excluded && p.isInSync(m.replica()) && view.able(m))
                .max(best);
    }

    /** Another primary for a hand-over; the in-sync set stays. */
    public static Optional<Command.Elect> handOver(View view, Partition p, long from) {
        return candidate(view, p, from).map(m -> elect(p, m, p.inSync()));
    }

    /**
     * Rule 11's last sentence: a primary that proposes to go on alone against two or more whose nodes live has lost the others, not they
     * themselves: one of those is elected instead, without the proposer.
     */
    public static Optional<Command.Elect> insteadOfAlone(View view, Partition p, List<Long> proposed) {
        if (!goesAlone(view, p, proposed)) {
            return Optional.empty();
        }
        List<Long> others = p.inSync().stream()
                .filter(r -> r != p.primary() && p.member(r).filter(view::able).isPresent())
                .toList();
        return others.size() < 2
                ? Optional.empty()
                : candidate(view, p, p.primary()).map(m -> elect(p, m, others));
    }

    /**
     * Whether it is still open if the others live against whom a primary would go on alone: one counts as living for seconds after its process
     * has gone, and if the dead were elected instead of the proposer, the only one that works would be out. So each of them is either
     * heard after the proposal came, or found dead, before the proposal is answered; both come soon.
     *
     * @param since when the proposal came, nanoseconds
     */
    public static boolean unheard(View view, Partition p, List<Long> proposed, long since) {
        return goesAlone(view, p, proposed)
                && p.inSync().stream()
                        .filter(r -> r != p.primary())
                        .flatMap(r -> p.member(r).filter(view::able).stream())
                        .anyMatch(m -> view.reports()
                                .node(m.node())
                                .filter(n -> !n.connected() || n.heardNanos() - since <= 0)
                                .isPresent());
    }

    private static boolean goesAlone(View view, Partition p, List<Long> proposed) {
        return proposed.size() == 1 && p.inSync().size() >= 3 && AutoFailover.elects(view, p);
    }

    /** Why a partition that needs a primary gets none. */
    public static Reason offline(View view, Partition p) {
        List<String> names = p.inSync().stream()
                .map(r -> p.member(r).map(m -> view.diskName(m.disk())).orElse("replica " + r))
                .toList();
        return Reason.of(
                "NO_IN_SYNC_REPLICA",
                "partition " + view.partitionName(p) + " has no primary: none of its in-sync replicas ("
                        + String.join(", ", names)
                        + ") is on a datanode that has reported it as working; start those datanodes");
    }

    private static List<Long> workingInSync(View view, Partition p) {
        return p.inSync().stream()
                .filter(r -> p.member(r).filter(m -> !view.failed(m)).isPresent())
                .toList();
    }

    private static Command.Elect elect(Partition p, Member primary, List<Long> inSync) {
        return new Command.Elect(p.id(), p.epoch(), primary.replica(), inSync);
    }
}
