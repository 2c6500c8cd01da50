package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What a move does next: level-triggered, from the persisted op and the latest reports alone, so a new leader goes on where the last one
 * stopped. Creating the destination and deleting the source are the configuration's business, not the move's.
 */
public final class MoveSteps {
    /** How long a destination's datanode may be dead before the copy to it is given up. */
    public static final Duration DESTINATION_GRACE = Duration.ofSeconds(5);

    /** How soon a prepared move looks for a destination again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private MoveSteps() {}

    /** The next step. */
    public sealed interface Next {
        /** To be proposed. */
        record Propose(Command command) implements Next {}

        /** {@code recheckNanos}: when to look again even if nothing happens, 0 for never. */
        record Wait(Reason reason, long recheckNanos) implements Next {}
    }

    /** Where a move of {@code source} may go now, or why it can't begin. */
    static Choice<Disk> prepare(View view, Partition p, Member source, IntUnaryOperator incoming) {
        String name = view.partitionName(p);
        if (p.mutex() == RestoreMutex.RUNNING) {
            return Choice.none(Reason.of(
                    "REPAIR_RUNNING", "repair owns partition " + name + ": the move waits until it has ended"));
        }
        if (p.mutex() == RestoreMutex.FORBIDDEN) {
            return Choice.none(
                    Reason.passing("MOVE_RUNNING", "another move owns partition " + name + ": op " + p.mutexOp()));
        }
        Optional<Reason> primary = noPrimary(view, p);
        if (primary.isPresent()) {
            return Choice.none(primary.get());
        }
        return Destinations.choose(view, p, source, incoming);
    }

    private static Optional<Reason> noPrimary(View view, Partition p) {
        Optional<Member> primary = p.member(p.primary());
        String name = view.partitionName(p);
        if (primary.isEmpty() || view.failed(primary.get())) {
            return Optional.of(Reason.of("NO_PRIMARY", "partition " + name + " has no working primary to copy from"));
        }
        return view.able(primary.get())
                ? Optional.empty()
                : Optional.of(Reason.passing(
                        "PRIMARY_SILENT", "the primary of partition " + name + " hasn't reported to this leader yet"));
    }

    /** The next step of an open move of partition {@code p}. */
    public static Next next(View view, Op op, Partition p) {
        if (op.status() == OpStatus.PREPARE) {
            return begin(view, op, p);
        }
        if (op.status() != OpStatus.RUNNING) {
            return waitFor(Reason.of("NOT_DRIVEN", "the move is " + op.status()));
        }
        return op.move().step() == MoveStep.SWAPPED ? afterSwap(view, op, p) : beforeSwap(view, op, p);
    }

    private static Next begin(View view, Op op, Partition p) {
        Optional<Member> source = p.member(op.move().source());
        if (source.isEmpty()) {
            return abandon(op, Reason.of("SOURCE_GONE", "the replica that was to move is no member any more"));
        }
        Optional<Reason> primary = noPrimary(view, p);
        if (primary.isPresent()) {
            // one that just hasn't reported to a new leader yet is waited for; a failed one would hold the token for
            // longer
            return primary.get().passing() ? waitFor(primary.get()) : abandon(op, primary.get());
        }
        return switch (Destinations.choose(view, p, source.get())) {
            case Choice.Chosen<Disk>(Disk disk) ->
                new Next.Propose(new Command.StartMove(op.id(), op.revision(), p.id(), p.epoch(), disk.id()));
            case Choice.None<Disk>(Reason reason) -> {
                // what ends by itself soon (another copy's slot) isn't worth a failed move
                boolean soon = reason.passing() || !view.reports().judging();
                yield soon ? new Next.Wait(reason, view.nowNanos() + LOOK_AGAIN.toNanos()) : abandon(op, reason);
            }
        };
    }

    private static Next beforeSwap(View view, Op op, Partition p) {
        Move move = op.move();
        Member destination = p.joining();
        if (destination == null || destination.replica() != move.destination()) {
            return waitFor(Reason.passing(
                    "STATE", "the move's destination is not joining; op and partition are of different moments"));
        }
        // A lost member's replacement waits for the mutex, and the swap would wait for the replacement: neither would
        // ever end.
        Optional<Next> giveWay = Replacements.goneForGood(view, p)
                .filter(m -> m.replica() != move.source())
                .map(m -> abandon(
                        op,
                        Reason.of(
                                "MEMBER_LOST",
                                "the replica on " + view.diskName(m.disk())
                                        + " was lost while the move ran: it is replaced first")));
        if (!p.isInSync(destination.replica())) {
            return giveWay.orElseGet(() -> seeding(view, op, p, destination));
        }
        long without = p.inSync().stream().filter(r -> r != move.source()).count();
        long needed = Math.min(p.target(), move.notedInSync());
        if (without < needed) {
            return giveWay.orElseGet(() -> waitFor(Reason.of(
                    "REDUNDANCY",
                    "without the source " + without + " replicas would be in-sync, " + needed
                            + " are needed: waits for another member to be in-sync again")));
        }
        if (p.primary() == move.source()) {
            return Elections.handOver(view, p, move.source())
                    .<Next>map(Next.Propose::new)
                    .orElseGet(() -> waitFor(Reason.of(
                            "NO_OTHER_PRIMARY", "the source is primary and no other in-sync replica works now")));
        }
        return new Next.Propose(new Command.SwapMove(op.id(), op.revision(), p.id(), p.epoch()));
    }

    private static Next seeding(View view, Op op, Partition p, Member destination) {
        Optional<ReplicaFacts> facts = view.reports().replica(destination.replica());
        String where = view.diskName(destination.disk());
        if (facts.filter(ReplicaFacts::broken).isPresent()) {
            return abandon(
                    op,
                    Reason.of(
                            "DESTINATION_LOST",
                            "the new replica on " + where + " is " + facts.get().state() + ": "
                                    + facts.get().detail()));
        }
        if (!view.diskWorks(destination.disk())) {
            return abandon(op, Reason.of("DESTINATION_UNAVAILABLE", "disk " + where + " broke while the copy ran"));
        }
        if (view.reports().dead(destination.node())) {
            long until = view.reports()
                            .node(destination.node())
                            .map(NodeFacts::sinceNanos)
                            .orElse(view.nowNanos())
                    + DESTINATION_GRACE.toNanos();
            Reason reason = Reason.passing("DESTINATION_DEAD", "the datanode of " + where + " is dead");
            return until - view.nowNanos() <= 0 ? abandon(op, reason) : new Next.Wait(reason, until);
        }
        if (facts.isEmpty()) {
            return waitFor(Reason.passing("CREATING", "the new replica on " + where + " is being created"));
        }
        if (!view.served(p)) {
            return waitFor(Reason.of(
                    "NO_PRIMARY",
                    "partition " + view.partitionName(p) + " has no primary that serves: the copy waits"));
        }
        ReplicaFacts f = facts.get();
        return waitFor(
                f.state() == ReplicaFacts.State.SEEDING
                        ? Reason.passing(
                                "SEEDING",
                                "copying to " + where + ": " + f.seedDoneBytes() + " of " + f.seedTotalBytes()
                                        + " bytes")
                        : Reason.passing(
                                "CATCHING_UP",
                                "the new replica on " + where + " catches up, then the primary takes it in"));
    }

    private static Next afterSwap(View view, Op op, Partition p) {
        Move move = op.move();
        if (sourceGone(view, move)) {
            return new Next.Propose(new Command.FinishMove(op.id(), op.revision()));
        }
        boolean told = view.reports()
                .replica(p.primary())
                .filter(f -> f.epoch() >= move.swapEpoch())
                .isPresent();
        return waitFor(
                told
                        ? Reason.passing(
                                "DELETING_SOURCE",
                                "the source on " + view.diskName(move.sourceDisk()) + " is being deleted")
                        : Reason.passing(
                                "PRIMARY_TO_CONFIRM",
                                "the source is deleted once the primary has reported epoch " + move.swapEpoch()));
    }

    /** By evidence: its datanode's full report doesn't list it, or its disk or datanode is no more. */
    private static boolean sourceGone(View view, Move move) {
        Optional<Disk> disk = view.cluster().disk(move.sourceDisk());
        if (disk.isEmpty() || disk.get().status() == DiskStatus.GONE || !view.diskWorks(move.sourceDisk())) {
            return true;
        }
        int node = disk.get().node();
        return view.reports().dead(node)
                || view.reports().node(node).filter(NodeFacts::complete).isPresent()
                        && view.reports().replica(move.source()).isEmpty();
    }

    private static Next abandon(Op op, Reason reason) {
        return new Next.Propose(new Command.AbandonMove(op.id(), op.revision(), reason.code(), reason.message()));
    }

    private static Next waitFor(Reason reason) {
        return new Next.Wait(reason, 0);
    }
}
