package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Redundancy;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;

/**
 * What a move does next: level-triggered, from the persisted op and the latest reports alone, so a new leader goes on where the last one
 * stopped. Creating the destination and deleting the source are the configuration's business, not the move's.
 */
public final class MoveSteps {
    /** How soon a prepared move looks for a destination again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Duration WAIT_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /** Of {@code NodeDeadTimeoutMs}. */
    private static final int HOLD_OUT_TIMEOUTS = 8;

    private static final Reason SOURCE_GONE =
            Reason.of("SOURCE_GONE", "the replica that was to move is no member any more");
    private static final Reason NOT_NEEDED =
            Reason.of("NOT_NEEDED", "the partition has what it should have: nothing is left to be repaired");

    private MoveSteps() {}

    /** The next step. */
    public sealed interface Next {
        /** To be proposed. */
        record Propose(Command command) implements Next {}

        /** {@code recheckNanos}: when to look again even if nothing happens, 0 for never. */
        record Wait(Reason reason, long recheckNanos) implements Next {}
    }

    /** Where a move of {@code source} may go now, or why it can't begin. */
    static Choice<Disk> prepare(View view, Partition p, Member source, Move move, Load load) {
        String name = view.partitionName(p);
        if (p.mutex() == RestoreMutex.RUNNING) {
            return Choice.none(Reason.of(
                    "REPAIR_RUNNING", "repair owns partition " + name + ": the move waits until it has ended"));
        }
        if (p.mutex() == RestoreMutex.FORBIDDEN) {
            return Choice.none(Reason.passing("MOVE_RUNNING", "a move owns partition " + name + ": op " + p.mutexOp()));
        }
        Optional<Reason> primary = noPrimary(view, p);
        if (primary.isPresent() && !Salvage.possible(view, p, source)) {
            return Choice.none(primary.get());
        }
        Optional<Reason> first = move.isRepair()
                ? Optional.empty()
                : Gate.first(view, p).or(() -> Gate.before(view, move, p).map(MoveSteps::replacedFirst));
        return first.isPresent() ? Choice.none(first.get()) : Destinations.choose(view, p, source, move, load);
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
        if (HigherEpoch.holds(view, p)) {
            return waitFor(Gate.first(view, p).orElseThrow());
        }
        if (op.isRepair() && needless(view, op.move(), p)) {
            return end(view, op, AttemptEnd.NEEDLESS, NOT_NEEDED);
        }
        return switch (op.status()) {
            case PREPARE -> begin(view, op, p);
            case RUNNING -> {
                if (op.move().step() == MoveStep.SWAPPED) {
                    yield afterSwap(view, op, p);
                }
                yield op.intent() == Intent.NONE ? beforeSwap(view, op, p) : stopping(view, op, p);
            }
            default -> waiting(view, op, p);
        };
    }

    /**
     * Of a repair: the lost replica is back and in-sync, or no member any more, or none is missing. What is copied already is of use all the
     * same.
     */
    private static boolean needless(View view, Move m, Partition p) {
        if (m.step() == MoveStep.SWAPPED || p.isInSync(m.destination())) {
            return false;
        }
        if (m.adds()) {
            return p.members().size() >= p.target();
        }
        Optional<Member> lost = p.member(m.source());
        return lost.isEmpty() || p.isInSync(m.source()) && view.able(lost.get());
    }

    /** Admission is another's business; here only whether it has still something to do, and what it would wait for. */
    private static Next waiting(View view, Op op, Partition p) {
        Optional<Member> source = op.move().sourceIn(p);
        if (source.isEmpty()) {
            return end(view, op, AttemptEnd.HOPELESS, SOURCE_GONE);
        }
        if (op.status() == OpStatus.PAUSED) {
            return waitFor(Reason.of("PAUSED", op.message() + ": resume op " + op.id()));
        }
        Optional<Reason> held = view.cluster()
                .op(op.parent())
                .filter(drain -> drain.status() != OpStatus.RUNNING)
                .map(MoveSteps::drainHeld);
        Optional<Reason> pause = held.or(() -> MoveAdmission.pause(view, op));
        if (pause.isPresent()) {
            return waitFor(pause.get());
        }
        return switch (prepare(view, p, source.get(), op.move(), new Load(view))) {
            case Choice.Chosen<Disk> chosen ->
                waitFor(MoveAdmission.noToken(view, op.move().nodeset()));
            case Choice.None<Disk>(Reason reason) -> waitFor(reason);
        };
    }

    private static Reason drainHeld(Op drain) {
        return drain.status() == OpStatus.PAUSED
                ? Reason.of("PAUSED", "op " + drain.id() + ", whose part it is, is paused: resume that")
                : Reason.passing(
                        "DRAIN_WAITS", "op " + drain.id() + ", whose part it is, has no slot: " + drain.message());
    }

    private static Next begin(View view, Op op, Partition p) {
        Optional<Member> source = op.move().sourceIn(p);
        if (source.isEmpty()) {
            return end(view, op, AttemptEnd.HOPELESS, SOURCE_GONE);
        }
        Optional<Reason> primary = noPrimary(view, p);
        boolean salvage = primary.isPresent() && Salvage.possible(view, p, source.get());
        if (primary.isPresent() && !salvage) {
            // one that just hasn't reported to a new leader yet is waited for; a failed one would hold the token for
            // longer
            return primary.get().passing() ? waitFor(primary.get()) : end(view, op, AttemptEnd.WAIT, primary.get());
        }
        return switch (Destinations.choose(view, p, source.get(), op.move(), new Load(view))) {
            case Choice.Chosen<Disk>(Disk disk) ->
                new Next.Propose(
                        salvage
                                ? new Command.StartSalvage(op.id(), op.revision(), p.id(), p.epoch(), disk.id())
                                : new Command.StartMove(op.id(), op.revision(), p.id(), p.epoch(), disk.id()));
            case Choice.None<Disk>(Reason reason) -> {
                // what ends by itself soon (another copy's slot) isn't worth giving the token up
                boolean soon = reason.passing() || !view.reports().judging();
                yield soon
                        ? new Next.Wait(reason, view.nowNanos() + LOOK_AGAIN.toNanos())
                        : end(view, op, AttemptEnd.WAIT, reason);
            }
        };
    }

    /** The operator wants it back: the destination goes as soon as it may; where redundancy needs it, the move goes on to its end. */
    private static Next stopping(View view, Op op, Partition p) {
        Move move = op.move();
        if (!Redundancy.dropKeeps(p, move)) {
            return beforeSwap(view, op, p);
        }
        if (p.primary() == move.destination()) {
            return Elections.handOver(view, p, move.destination())
                    .<Next>map(Next.Propose::new)
                    .orElseGet(() -> beforeSwap(view, op, p));
        }
        String code = op.intent() == Intent.CANCEL ? "CANCELLED" : "PAUSED";
        return end(view, op, AttemptEnd.STOP, Reason.of(code, "taken back, as asked for"));
    }

    private static Next beforeSwap(View view, Op op, Partition p) {
        Move move = op.move();
        Member destination = p.joining();
        if (destination == null || destination.replica() != move.destination()) {
            return waitFor(Reason.passing(
                    "STATE", "the move's destination is not joining; op and partition are of different moments"));
        }
        if (p.salvaged()) {
            return salvaging(view, op, p, destination);
        }
        if (!p.isInSync(destination.replica())) {
            return giveWay(view, op, p).orElseGet(() -> seeding(view, op, p, destination));
        }
        if (!Redundancy.swapKeeps(p, move)) {
            Reason reason = Reason.of(
                    "REDUNDANCY",
                    "without the source " + Redundancy.without(p, move.source()).size()
                            + " replicas would be in-sync, " + Redundancy.floor(p, move)
                            + " are needed: waits for another member to be in-sync again");
            return giveWay(view, op, p).orElseGet(() -> holdOut(view, op, p, reason));
        }
        if (p.primary() == move.source()) {
            Reason reason =
                    Reason.of("NO_OTHER_PRIMARY", "the source is primary and no other in-sync replica works now");
            return Elections.handOver(view, p, move.source())
                    .<Next>map(Next.Propose::new)
                    .orElseGet(() -> holdOut(view, op, p, reason));
        }
        return new Next.Propose(new Command.SwapMove(op.id(), op.revision(), p.id(), p.epoch()));
    }

    /** A lost member's replacement waits for the mutex, and the swap would wait for the replacement: neither would ever end. */
    private static Optional<Next> giveWay(View view, Op op, Partition p) {
        return Gate.before(view, op.move(), p)
                .filter(repair -> droppable(view, op, p))
                .map(repair -> end(view, op, AttemptEnd.WAIT, replacedFirst(repair)));
    }

    private static Reason replacedFirst(Repair repair) {
        return Reason.of("MEMBER_LOST", repair.message() + ": it is replaced before the move goes on");
    }

    private static boolean droppable(View view, Op op, Partition p) {
        return p.primary() != op.move().destination() && Redundancy.dropKeeps(p, op.move());
    }

    /**
     * What a copied move waits for should come soon. When it doesn't, the attempt is taken back: a wait without end holds no token, and the
     * next attempt begins with what is there then. That it waits is persisted, so that the next leader goes on counting.
     */
    private static Next holdOut(View view, Op op, Partition p, Reason reason) {
        if (!op.reason().equals(reason.code())) {
            return new Next.Propose(reason.noteOn(op));
        }
        long left = op.times().updated() + holdOutMillis(view) - view.nowMillis();
        if (left > 0) {
            return new Next.Wait(
                    reason, view.nowNanos() + Duration.ofMillis(left).toNanos());
        }
        return droppable(view, op, p) ? end(view, op, AttemptEnd.WAIT, reason) : waitFor(reason);
    }

    /** What comes soon comes within a few of the times that it takes to notice a failure and to elect. */
    static long holdOutMillis(View view) {
        return Math.min(
                view.setting(Setting.DP_REPAIR_TIMEOUT_MS),
                HOLD_OUT_TIMEOUTS * view.setting(Setting.NODE_DEAD_TIMEOUT_MS));
    }

    private static Next seeding(View view, Op op, Partition p, Member destination) {
        Optional<Destination.Failure> failed = Destination.failed(view, destination);
        if (failed.isPresent()) {
            return end(view, op, failed.get().end(), failed.get().reason());
        }
        boolean served = view.served(p);
        long patience = served ? view.setting(Setting.DP_REPAIR_TIMEOUT_MS) : holdOutMillis(view);
        long stalled = Destination.stalledMillis(view, op, destination);
        long left = Math.min(patience - stalled, Destination.graceLeftMillis(view, destination));
        long recheck = view.nowNanos() + Duration.ofMillis(Math.max(1, left)).toNanos();
        if (!served) {
            Reason reason = Reason.of(
                    "NO_PRIMARY", "partition " + view.partitionName(p) + " has no primary that serves: the copy waits");
            return stalled >= patience ? end(view, op, AttemptEnd.WAIT, reason) : new Next.Wait(reason, recheck);
        }
        if (stalled >= patience) {
            return end(view, op, AttemptEnd.ROLLBACK, Destination.tooSlow(view, destination, stalled));
        }
        return new Next.Wait(Destination.doing(view, destination), recheck);
    }

    /** Nobody is primary, so what ends this is the copy, its failure, or an election. */
    private static Next salvaging(View view, Op op, Partition p, Member destination) {
        if (Salvage.done(view, p)) {
            return new Next.Propose(new Command.SwapSalvaged(op.id(), op.revision(), p.id(), p.epoch()));
        }
        Optional<Destination.Failure> failed = Destination.failed(view, destination);
        if (failed.isPresent()) {
            return end(view, op, failed.get().end(), failed.get().reason());
        }
        String from = view.diskName(op.move().sourceDisk());
        Optional<String> unreadable =
                view.reports().replica(destination.replica()).flatMap(Salvage::unreadable);
        if (unreadable.isPresent()) {
            Reason reason = Reason.of(
                    "SALVAGE_UNREADABLE",
                    "the only copy of " + view.partitionName(p) + " can't be read from the broken disk " + from + ": "
                            + unreadable.get());
            return end(view, op, AttemptEnd.FAILURE, reason);
        }
        long stalled = Destination.stalledMillis(view, op, destination);
        long patience = view.setting(Setting.DP_REPAIR_TIMEOUT_MS) - stalled;
        if (patience <= 0) {
            return end(view, op, AttemptEnd.ROLLBACK, Destination.tooSlow(view, destination, stalled));
        }
        long left = Math.min(patience, Destination.graceLeftMillis(view, destination));
        return new Next.Wait(
                Reason.passing(
                        "SALVAGING",
                        "copied from the broken disk " + from + ": "
                                + Destination.doing(view, destination).message()),
                view.nowNanos() + Duration.ofMillis(Math.max(1, left)).toNanos());
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
        if (move.adds()) {
            return true;
        }
        Optional<Disk> disk = view.cluster().disk(move.sourceDisk());
        if (disk.isEmpty() || disk.get().status() == DiskStatus.GONE || !view.diskWorks(move.sourceDisk())) {
            return true;
        }
        int node = disk.get().node();
        return view.reports().dead(node)
                || view.reports().node(node).filter(NodeFacts::complete).isPresent()
                        && view.reports().replica(move.source()).isEmpty();
    }

    private static Next end(View view, Op op, AttemptEnd end, Reason reason) {
        long pause =
                switch (end) {
                    case WAIT -> WAIT_PAUSE.toMillis();
                    case FAILURE -> pause(op.tries().failures());
                    case ROLLBACK -> op.move().automatic() ? pause(op.tries().rollbacks()) : 0;
                    case HOPELESS, STOP, NEEDLESS -> 0;
                };
        return new Next.Propose(new Command.EndAttempt(
                op.id(),
                op.revision(),
                end.wire(),
                reason.code(),
                reason.message(),
                pause == 0 ? 0 : view.nowMillis() + pause));
    }

    private static long pause(int times) {
        return Math.min(LONGEST_PAUSE.toMillis(), WAIT_PAUSE.toMillis() << Math.min(16, times));
    }

    private static Next waitFor(Reason reason) {
        return new Next.Wait(reason, 0);
    }
}
