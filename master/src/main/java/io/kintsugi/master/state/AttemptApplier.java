package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.EndAttempt;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
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
        Op op = Lookup.move(tx, c.op(), c.revision());
        Lookup.notEmpty("the reason to end the attempt of move " + op.id(), c.reason());
        AttemptEnd end = WireEnum.of(AttemptEnd.class, c.end());
        Refusal.unless(
                op.holdsToken() || end == AttemptEnd.HOPELESS || end == AttemptEnd.NEEDLESS,
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
        Refusal.unless(
                end != AttemptEnd.NEEDLESS || op.isRepair() && needless(tx, op.move()),
                "STILL_NEEDED",
                "op %d is no repair, or what it is to mend isn't mended",
                op.id());
        if (op.holdsToken()) {
            checkDroppable(tx, op);
        }
        Op told = end == AttemptEnd.STOP || end == AttemptEnd.WAIT || end == AttemptEnd.NEEDLESS
                ? op
                : op.with(op.move()
                        .told(new Attempt(end, op.move().destinationDisk(), tx.now(), c.reason(), c.message())));
        Tries tries = op.tries().after(end, c.notBefore());
        OpStatus status = status(tx, op, end, tries);
        takeBack(tx, told.with(tries), status, c.reason(), c.message());
        return 0;
    }

    /** Whether the replica is back, or gone, or none is missing. Whether one that is in-sync also works isn't known here. */
    private static boolean needless(Transaction tx, Move m) {
        Partition p = tx.state().partition(m.partition()).orElseThrow();
        return m.adds()
                ? p.members().size() >= p.target()
                : p.isInSync(m.source()) || p.member(m.source()).isEmpty();
    }

    private static OpStatus status(Transaction tx, Op op, AttemptEnd end, Tries tries) {
        if (end == AttemptEnd.NEEDLESS) {
            return OpStatus.CANCELLED;
        }
        if (op.intent() != Intent.NONE) {
            return asAsked(op.intent(), OpStatus.MARKED);
        }
        if (op.move().automatic() && end != AttemptEnd.HOPELESS) {
            return OpStatus.MARKED; // the rule would ask for it again at once: it goes on by itself, ever more slowly
        }
        Settings limits = tx.state().settings();
        boolean over = end == AttemptEnd.HOPELESS
                || end == AttemptEnd.FAILURE && tries.failures() > limits.get(Setting.DECOMMISSION_RETRY_LIMIT)
                || end == AttemptEnd.ROLLBACK && tries.rollbacks() > limits.get(Setting.DECOMMISSION_ROLLBACK_LIMIT);
        return over ? OpStatus.FAILED : OpStatus.MARKED;
    }

    /** What a move becomes whose attempt is over, by what its operator asked for; {@code otherwise} when nothing was. */
    static OpStatus asAsked(Intent intent, OpStatus otherwise) {
        return intent == Intent.NONE ? otherwise : intent == Intent.CANCEL ? OpStatus.CANCELLED : OpStatus.PAUSED;
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
        return p.primary() != m.destination() && Redundancy.dropKeeps(p, m);
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
                Redundancy.dropKeeps(p, m),
                "WOULD_LOWER_REDUNDANCY",
                "without the destination %d, partition %d would have %d in-sync: swap the source out instead",
                m.destination(),
                p.id(),
                Redundancy.without(p, m.destination()).size());
    }
}
