package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AcknowledgeOp;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.DeleteOps;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.ResumeOp;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import java.util.List;

/**
 * What operators ask of ops that are there. What can be taken back is taken back in the same command; what can't be at once (the
 * destination is primary, or only it keeps redundancy) keeps the {@link Intent}, and the driver sees to it.
 */
final class VerbApplier {
    private VerbApplier() {}

    static long cancel(Transaction tx, CancelOp c) {
        Op op = open(tx, c.op());
        if (op.move() != null) {
            AttemptApplier.checkNotSwapped(op);
            stop(tx, op, Intent.CANCEL);
        } else if (op.kind() == OpKind.RECOVERY) {
            RecoveryApplier.cancel(tx, op);
        } else if (op.absence() != null) {
            AbsenceApplier.cancel(tx, op);
        } else if (op.rescue() != null) {
            RescueApplier.cancel(tx, op);
        } else if (op.kind() == OpKind.BALANCE) {
            BalanceApplier.cancel(tx, op);
        } else if (op.kind() == OpKind.DISK_DECOMMISSION) {
            cancelDrain(tx, op);
        } else {
            tx.put(cancelling(tx, op));
            openParts(tx, op).forEach(part -> cancelDrain(tx, part));
            Closing.node(tx, op.node());
        }
        return op.id();
    }

    static void cancelDrain(Transaction tx, Op drain) {
        tx.put(cancelling(tx, drain));
        openParts(tx, drain).forEach(move -> {
            if (move.move().step() != MoveStep.SWAPPED) {
                stop(tx, move, Intent.CANCEL);
            }
        });
        tx.state()
                .op(drain.id())
                .filter(still -> !still.ended() && !Closing.hasOpenParts(tx, still))
                .ifPresent(still -> Closing.cancelled(tx, still));
    }

    private static Op cancelling(Transaction tx, Op op) {
        return op.to(
                        op.status(),
                        "CANCELLING",
                        "being cancelled: moves that have taken their source out already are finished first",
                        tx.now())
                .with(Intent.CANCEL);
    }

    /** Of a move that isn't past its swap. */
    private static void stop(Transaction tx, Op move, Intent intent) {
        boolean cancel = intent == Intent.CANCEL;
        if (AttemptApplier.droppable(tx, move)) {
            AttemptApplier.takeBack(
                    tx,
                    move,
                    cancel ? OpStatus.CANCELLED : OpStatus.PAUSED,
                    cancel ? "CANCELLED" : "PAUSED",
                    (cancel ? "cancelled by " : "paused by ") + tx.requestedBy());
            return;
        }
        tx.put(move.to(
                        move.status(),
                        cancel ? "CANCELLING" : "PAUSING",
                        "the new replica is primary, or redundancy needs it: taken back as soon as it isn't, else finished",
                        tx.now())
                .with(intent));
    }

    static long pause(Transaction tx, PauseOp c) {
        Op op = open(tx, c.op());
        Refusal.unless(
                op.intent() != Intent.CANCEL, "CANCELLING", "op %d is being cancelled: it can't be paused", op.id());
        Refusal.unless(op.status() != OpStatus.PAUSED, "ALREADY_PAUSED", "op %d is paused", op.id());
        Refusal.unless(
                op.kind() != OpKind.RECOVERY,
                "NOT_PAUSABLE",
                "op %d is a forced recovery: its partition is offline until it ends; cancel it instead",
                op.id());
        Refusal.unless(
                op.absence() == null,
                "NOT_PAUSABLE",
                "op %d waits for a member that catches up: there is nothing to pause; cancel it to hold the member back",
                op.id());
        Refusal.unless(
                op.rescue() == null,
                "NOT_PAUSABLE",
                "op %d recovers data, with automatic failover off: it can't be left half done; cancel it instead",
                op.id());
        Refusal.unless(
                op.kind() != OpKind.BALANCE,
                "NOT_PAUSABLE",
                "op %d only evens out: cancel it, and ask again later",
                op.id());
        if (op.move() != null) {
            AttemptApplier.checkNotSwapped(op);
            stop(tx, op, Intent.PAUSE);
        } else if (op.kind() == OpKind.DISK_DECOMMISSION) {
            pauseDrain(tx, op, c.now());
        } else {
            tx.put(paused(tx, op));
            openParts(tx, op).stream()
                    .filter(part -> part.status() != OpStatus.PAUSED && part.intent() != Intent.CANCEL)
                    .forEach(part -> pauseDrain(tx, part, c.now()));
        }
        return op.id();
    }

    /** What has changed nothing yet holds still at once; what copies already ends by itself, unless it is to be taken back {@code now}. */
    private static void pauseDrain(Transaction tx, Op drain, boolean now) {
        tx.put(paused(tx, drain));
        openParts(tx, drain).stream()
                .filter(move -> move.status() != OpStatus.PAUSED && move.intent() != Intent.CANCEL)
                .filter(move ->
                        move.status() != OpStatus.RUNNING || now && move.move().step() != MoveStep.SWAPPED)
                .forEach(move -> stop(tx, move, Intent.PAUSE));
    }

    private static Op paused(Transaction tx, Op op) {
        return Lookup.to(op, OpStatus.PAUSED, "PAUSED", "paused by " + tx.requestedBy(), tx.now());
    }

    /** Also before what was to be paused is: it just goes on then. */
    static long resume(Transaction tx, ResumeOp c) {
        Op op = open(tx, c.op());
        Refusal.unless(held(op), "NOT_PAUSED", "op %d is %s, not paused", op.id(), op.status());
        resumed(tx, op);
        return op.id();
    }

    private static boolean held(Op op) {
        return op.intent() != Intent.CANCEL && (op.status() == OpStatus.PAUSED || op.intent() == Intent.PAUSE);
    }

    private static void resumed(Transaction tx, Op op) {
        if (op.status() == OpStatus.PAUSED) {
            tx.put(
                    op.kind() == OpKind.NODE_DECOMMISSION
                            ? Lookup.to(op, OpStatus.RUNNING, "", "", tx.now())
                            : Lookup.to(
                                    op,
                                    OpStatus.MARKED,
                                    Op.WAITING_FOR_ADMISSION,
                                    "resumed by " + tx.requestedBy(),
                                    tx.now()));
        } else {
            tx.put(op.to(op.status(), "", "", tx.now()).with(Intent.NONE));
        }
        openParts(tx, op).stream().filter(VerbApplier::held).forEach(part -> resumed(tx, part));
    }

    static long acknowledge(Transaction tx, AcknowledgeOp c) {
        Op op = tx.state().op(c.op()).orElseThrow(() -> Refusal.of("NO_SUCH_OP", "there is no op %d", c.op()));
        Refusal.unless(
                op.ended(),
                "NOT_ENDED",
                "op %d is %s: only how an op ended is taken note of; cancel it first",
                op.id(),
                op.status());
        if (!op.acknowledged()) {
            tx.put(op.to(op.status(), op.reason(), op.message(), op.times().ended())
                    .withAcknowledged());
        }
        return op.id();
    }

    /** Progress of an op that runs is counted from its parts, so these stay as long as it does. @return how many are gone */
    static long delete(Transaction tx, DeleteOps c) {
        long deleted = 0;
        for (long id : c.ops()) {
            Op op = tx.state().op(id).orElse(null);
            if (op == null) {
                continue;
            }
            Refusal.unless(
                    tx.state().op(id).filter(Op::ended).isPresent(),
                    "NOT_ENDED",
                    "op %d is %s: only what has ended is deleted; cancel it first",
                    id,
                    op.status());
            Refusal.unless(
                    tx.state().children(id).isEmpty(), "HAS_PARTS", "op %d has parts: they are deleted before it", id);
            Refusal.unless(
                    tx.state().op(op.parent()).filter(whole -> !whole.ended()).isEmpty(),
                    "PART_OF_OPEN",
                    "op %d is part of op %d, which runs: it can be deleted when that has ended",
                    id,
                    op.parent());
            tx.remove(Schema.OPS, id);
            deleted++;
        }
        return deleted;
    }

    private static Op open(Transaction tx, long id) {
        Op op = tx.state().op(id).orElseThrow(() -> Refusal.of("NO_SUCH_OP", "there is no op %d", id));
        Refusal.unless(!op.ended(), "OP_ENDED", "op %d has ended as %s, and that is final", id, op.status());
        return op;
    }

    private static List<Op> openParts(Transaction tx, Op op) {
        return tx.state().children(op.id()).stream()
                .filter(part -> !part.ended())
                .toList();
    }
}
