package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.EndAttempt;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Redundancy;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Settings;
import io.kintsugi.master.model.Tries;
import io.kintsugi.master.model.WireEnum;

/** How an attempt of a move is taken back: the partition is as it was, token and mutex are free, and the op waits, or has ended. */
final class AttemptApplier {
    private AttemptApplier() {}

    static long end(Transaction tx, EndAttempt c) {
        Op op = Lookup.op(tx, c.op(), OpKind.MOVE, c.revision());
        Lookup.notEmpty("the reason to end the attempt of move " + op.id(), c.reason());
        AttemptEnd end = WireEnum.of(AttemptEnd.class, c.end());
        Refusal.unless(
                op.holdsToken() || end == AttemptEnd.HOPELESS,
                "NO_ATTEMPT",
                "move %d is %s: there is no attempt to be ended",
                op.id(),
                op.status());
        Refusal.unless(
                end != AttemptEnd.STOP || op.intent() != Intent.NONE,
                "NOT_ASKED_FOR",
                "nobody asked for move %d to be stopped",
                op.id());
        checkNotSwapped(op);
        if (op.holdsToken()) {
            checkDroppable(tx, op);
        }
        Op told = end == AttemptEnd.STOP || end == AttemptEnd.WAIT
                ? op
                : op.with(op.move()
                        .told(new Attempt(end, op.move().destinationDisk(), tx.now(), c.reason(), c.message())));
        Tries tries = op.tries().after(end, c.notBefore());
        OpStatus status = status(tx, op, end, tries);
        takeBack(tx, told.with(tries), status, c.reason(), c.message());
        return 0;
    }

    private static OpStatus status(Transaction tx, Op op, AttemptEnd end, Tries tries) {
        if (op.intent() != Intent.NONE) {
            return op.intent() == Intent.CANCEL ? OpStatus.CANCELLED : OpStatus.PAUSED;
        }
        Settings limits = tx.state().settings();
        boolean over = end == AttemptEnd.HOPELESS
                || end == AttemptEnd.FAILURE && tries.failures() > limits.get(Setting.DECOMMISSION_RETRY_LIMIT)
                || end == AttemptEnd.ROLLBACK && tries.rollbacks() > limits.get(Setting.DECOMMISSION_ROLLBACK_LIMIT);
        return over ? OpStatus.FAILED : OpStatus.MARKED;
    }

    /** Also for an op that has begun nothing. What it had added must be droppable. */
    static void takeBack(Transaction tx, Op op, OpStatus status, String reason, String message) {
        if (op.holdsToken()) {
            Partition p = MoveApplier.owned(tx, op);
            if (op.move().step() == MoveStep.ADDED) {
                p = p.configured(
                        p.members(), null, 0, Redundancy.without(p, op.move().destination()), p.primary());
            }
            tx.put(p.ownedBy(RestoreMutex.STOP, 0));
        }
        Op back = Lookup.to(op, status, reason, message, tx.now())
                .with(Intent.NONE)
                .with(op.progress().bytes(0, 0))
                .with(op.move().takenBack());
        tx.put(back);
        if (back.ended()) {
            Closing.after(tx, back);
        }
    }

    static void checkNotSwapped(Op op) {
        Refusal.unless(
                op.move().step() != MoveStep.SWAPPED,
                "ALREADY_SWAPPED",
                "move %d has taken its source out of partition %d: what is left of it is finished, not undone",
                op.id(),
                op.move().partition());
    }

    /** Whether nothing was added, or what was added can go again at once. */
    static boolean droppable(Transaction tx, Op op) {
        Move m = op.move();
        if (m.step() != MoveStep.ADDED) {
            return true;
        }
        Partition p = MoveApplier.owned(tx, op);
        return p.primary() != m.destination() && keepsRedundancy(tx, p, m);
    }

    private static void checkDroppable(Transaction tx, Op op) {
        Move m = op.move();
        if (m.step() != MoveStep.ADDED) {
            return;
        }
        Partition p = MoveApplier.owned(tx, op);
        Refusal.unless(
                p.primary() != m.destination(),
                "IS_PRIMARY",
                "the destination %d is the primary of partition %d: elect another in-sync member first",
                m.destination(),
                p.id());
        Refusal.unless(
                keepsRedundancy(tx, p, m),
                "WOULD_LOWER_REDUNDANCY",
                "without the destination %d, partition %d would have %d in-sync: swap the source out instead",
                m.destination(),
                p.id(),
                Redundancy.without(p, m.destination()).size());
    }

    private static boolean keepsRedundancy(Transaction tx, Partition p, Move m) {
        return Redundancy.dropKeeps(p, m, Lookup.table(tx, p.table()).replicas());
    }
}
