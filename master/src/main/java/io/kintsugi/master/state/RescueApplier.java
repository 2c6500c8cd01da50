package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.FenceForData;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.command.Command.FinishRecoverData;
import io.kintsugi.master.command.Command.RecoverData;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.model.Rescue;
import io.kintsugi.master.model.Setting;
import java.util.List;

/**
 * The recovery of all data after a disaster. Automatic failover is off from the command that begins the op to the one that ends it, and what it
 * was before stands in the op: there is no moment at which a crash could leave it off. Forced recoveries are its parts, one a partition, and only
 * of those that its operator has agreed to.
 */
final class RescueApplier {
    static final String TARGET = "cluster";
    private static final int NAMED = 20;

    private RescueApplier() {}

    /** Or joins the one that is open. */
    static long begin(Transaction tx, RecoverData c) {
        RecoveryApplier.checkWait(c.waitMillis());
        List<Integer> choices = c.choices().stream()
                .filter(id -> tx.state().partition(id).isPresent())
                .toList();
        Op open = tx.state().openRescue().orElse(null);
        if (open != null) {
            Rescue wider = open.rescue().and(c.waitMillis(), choices);
            if (!wider.equals(open.rescue())) {
                tx.put(open.to(open.status(), open.reason(), open.message(), tx.now())
                        .with(wider));
            }
            return open.id();
        }
        boolean automatic = tx.state().settings().on(Setting.AUTO_FAILOVER);
        long id = tx.next(Counter.OP);
        tx.put(Op.created(id, OpKind.RECOVER_DATA, TARGET, 0, OpStatus.RUNNING, tx.requestedBy(), tx.now())
                .with(new Rescue(automatic, 0, List.of()).and(c.waitMillis(), choices)));
        if (automatic) {
            tx.put(Schema.SETTINGS, Setting.AUTO_FAILOVER.key(), Boolean.FALSE.toString());
        }
        return id;
    }

    /** A part of it. What its operator agreed to holds once: a second choice for the same partition would lose what nobody was told of. */
    static long fence(Transaction tx, FenceForData c) {
        Op op = Lookup.op(tx, c.op(), OpKind.RECOVER_DATA, c.revision());
        Refusal.unless(
                op.rescue().chooses(c.partition()),
                "NOT_AGREED",
                "nobody has agreed that partition %d goes on with a replica that isn't in-sync",
                c.partition());
        Refusal.unless(
                tx.state().children(op.id()).stream()
                        .noneMatch(part -> part.recovery().partition() == c.partition()),
                "CHOSEN_BEFORE",
                "op %d has recovered partition %d by force already",
                op.id(),
                c.partition());
        FencePartition fence =
                new FencePartition(c.partition(), c.epoch(), op.rescue().waitMillis(), 0, false);
        return RecoveryApplier.fence(tx, fence, op.id());
    }

    static long finish(Transaction tx, FinishRecoverData c) {
        Op op = Lookup.op(tx, c.op(), OpKind.RECOVER_DATA, c.revision());
        Refusal.unless(
                !Closing.hasOpenParts(tx, op),
                "PARTS_OPEN",
                "partitions are being recovered by force as parts of %d",
                op.id());
        List<Op> chosen = chosen(tx, op);
        tx.put(Lookup.to(
                op, OpStatus.SUCCESS, chosen.isEmpty() ? "NOTHING_LOST" : "DATA_MAY_BE_LOST", told(chosen), tx.now()));
        putBack(tx, op.rescue());
        return op.id();
    }

    /** What is chosen stays; who isn't yet is elected for as ever. */
    static void cancel(Transaction tx, Op op) {
        tx.state().children(op.id()).stream()
                .filter(part -> !part.ended())
                .toList()
                .forEach(part -> RecoveryApplier.cancel(tx, part));
        List<Op> chosen = chosen(tx, op);
        tx.put(Lookup.to(
                op,
                OpStatus.CANCELLED,
                chosen.isEmpty() ? "CANCELLED" : "DATA_MAY_BE_LOST",
                "cancelled by " + tx.requestedBy() + "; " + told(chosen),
                tx.now()));
        putBack(tx, op.rescue());
    }

    private static List<Op> chosen(Transaction tx, Op op) {
        return tx.state().children(op.id()).stream()
                .filter(part -> part.recovery().step() == RecoveryStep.CHOSEN)
                .toList();
    }

    private static String told(List<Op> chosen) {
        if (chosen.isEmpty()) {
            return "no partition has lost anything by it";
        }
        List<String> names = chosen.stream()
                .limit(NAMED)
                .map(part -> part.target() + " (op " + part.id() + ")")
                .toList();
        return chosen.size()
                + " partitions went on with a replica that wasn't in-sync, and may have lost writes; the ops say which: "
                + String.join(", ", names) + (chosen.size() > NAMED ? ", …" : "");
    }

    /** Whoever was held meanwhile comes back by itself, as whenever automatic failover is switched on. */
    private static void putBack(Transaction tx, Rescue rescue) {
        if (rescue.autoFailover()) {
            tx.put(Schema.SETTINGS, Setting.AUTO_FAILOVER.key(), Boolean.TRUE.toString());
            AbsenceApplier.releaseAll(tx);
        }
    }

    /** What an open one puts back at its end isn't set under its hands. */
    static void checkSettable(Transaction tx, Setting setting) {
        tx.state().openRescue().filter(op -> setting == Setting.AUTO_FAILOVER).ifPresent(op -> {
            throw new Refusal(
                    "RECOVERING_DATA",
                    "op " + op.id() + " recovers data with " + setting.key() + " off, and makes it "
                            + op.rescue().autoFailover() + " again at its end: wait for that, or cancel it first",
                    op.id());
        });
    }
}
