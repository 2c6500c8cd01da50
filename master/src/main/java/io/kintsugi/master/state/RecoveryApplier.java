package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.ChooseSurvivor;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.command.Command.FinishRecovery;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Forced;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Recovery;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import java.util.List;

/**
 * Forced recovery (DESIGN section 6, rule 18). Who lives isn't known here: that nobody in-sync can be had is for who proposes to know. Until
 * the survivor is chosen nothing is lost, and an in-sync replica may be elected as ever.
 */
final class RecoveryApplier {
    private static final long LONGEST_WAIT_MILLIS = 30L * 24 * 60 * 60 * 1000;

    private RecoveryApplier() {}

    static long fence(Transaction tx, FencePartition c) {
        return fence(tx, c, 0);
    }

    /** @param parent the op that this is a part of, or 0 */
    static long fence(Transaction tx, FencePartition c, long parent) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        checkWish(p, c);
        tx.state().op(p.mutexOp()).ifPresent(owner -> takeOver(tx, p, owner));
        long id = tx.next(Counter.OP);
        Partition fenced = withoutPrimary(tx, p).ownedBy(RestoreMutex.RUNNING, id);
        tx.put(fenced);
        RecoveryWish wish =
                new RecoveryWish(c.waitMillis() == 0 ? 0 : tx.now() + c.waitMillis(), c.survivor(), c.insist());
        String target = tx.state().table(p.table()).map(Table::name).orElse("?") + "." + p.index();
        tx.put(Op.created(id, OpKind.RECOVERY, target, parent, OpStatus.RUNNING, tx.requestedBy(), tx.now())
                .with(new Recovery(p.id(), RecoveryStep.FENCED, fenced.epoch(), 0, wish)));
        return id;
    }

    /**
     * Who joins stays as a member. Of two on one datanode, as a move between its disks has, only one can be: the joining one if it is in-sync, as
     * if swapped, else the other; no in-sync one gives way to one on a disk that is broken.
     */
    private static Partition withoutPrimary(Transaction tx, Partition p) {
        if (p.salvaged()) {
            return p.configured(
                    p.members(), null, 0, p.inSync(), 0); // what a broken disk has given so far is no copy yet
        }
        Member joining = p.joining();
        Member twin = joining == null
                ? null
                : p.members().stream()
                        .filter(m -> m.node() == joining.node())
                        .findFirst()
                        .orElse(null);
        if (twin == null) {
            return p.configured(p.all(), null, 0, p.inSync(), 0);
        }
        boolean works = tx.state()
                .disk(joining.disk())
                .filter(d -> d.status() == DiskStatus.NORMAL)
                .isPresent();
        boolean stays = p.isInSync(joining.replica()) && (works || !p.isInSync(twin.replica()));
        long gone = stays ? twin.replica() : joining.replica();
        return p.configured(
                p.members().stream().map(m -> m == twin && stays ? joining : m).toList(),
                null,
                0,
                p.inSync().stream().filter(r -> r != gone).toList(),
                0);
    }

    private static void checkWish(Partition p, FencePartition c) {
        checkWait(c.waitMillis());
        Refusal.unless(
                c.survivor() == 0 || p.member(c.survivor()).isPresent() || removed(p, c.survivor()),
                "NOT_A_MEMBER",
                "replica %d is no member of partition %d, nor was it removed from it by force",
                c.survivor(),
                p.id());
    }

    static void checkWait(long millis) {
        Refusal.unless(
                millis >= 0 && millis <= LONGEST_WAIT_MILLIS,
                "BAD_WAIT",
                "a recovery can wait for 0 to %d ms, not %d",
                LONGEST_WAIT_MILLIS,
                millis);
    }

    private static boolean removed(Partition p, long replica) {
        return p.forced() != null && p.forced().removed(replica);
    }

    /** The move waits, or ends as it was asked to; one past its swap is done: what it took out goes once the partition serves. */
    private static void takeOver(Transaction tx, Partition p, Op owner) {
        if (owner.kind() == OpKind.RECOVERY) {
            throw new Refusal(
                    "ALREADY_RECOVERING",
                    "partition " + p.id() + " is being recovered by op " + owner.id()
                            + ": wait for its end, or cancel it",
                    owner.id());
        }
        boolean swapped = owner.move().step() == MoveStep.SWAPPED;
        OpStatus status = swapped ? OpStatus.SUCCESS : AttemptApplier.asAsked(owner.intent(), OpStatus.MARKED);
        Op ended = Lookup.to(
                        owner,
                        status,
                        swapped ? "" : "RECOVERY",
                        swapped ? "" : "partition " + p.id() + " is recovered by force first",
                        tx.now())
                .with(Intent.NONE);
        tx.put(
                swapped
                        ? ended
                        : ended.with(ended.progress().bytes(0, 0))
                                .with(ended.move().takenBack()));
        if (ended.ended()) {
            Closing.after(tx, ended);
        }
    }

    static long choose(Transaction tx, ChooseSurvivor c) {
        Op op = Lookup.op(tx, c.op(), OpKind.RECOVERY, c.revision());
        Recovery r = op.recovery();
        Refusal.unless(
                r.partition() == c.partition(),
                "WRONG_PARTITION",
                "recovery %d is of partition %d, not of %d",
                op.id(),
                r.partition(),
                c.partition());
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        Refusal.unless(
                r.step() == RecoveryStep.FENCED && p.primary() == 0,
                "NOT_FENCED",
                "partition %d has primary %d at step %s of its recovery: nothing is to be chosen any more",
                p.id(),
                p.primary(),
                r.step());
        Refusal.unless(
                !p.isInSync(c.replica()),
                "IN_SYNC",
                "replica %d of partition %d is in-sync: it is elected, and nothing is lost",
                c.replica(),
                p.id());
        Member survivor = p.member(c.replica()).orElseGet(() -> unnamed(tx, p, c));
        Partition alone = p.configured(List.of(survivor), null, 0, List.of(survivor.replica()), survivor.replica())
                .forcedTo(new Forced(tx.state().counter(Counter.REPLICA), survivor.replica()));
        tx.put(alone);
        tx.put(op.to(OpStatus.RUNNING, "DATA_MAY_BE_LOST", c.message(), tx.now())
                .with(r.chosen(survivor.replica())));
        return alone.epoch();
    }

    /** A replica that an earlier recovery has removed, put back from its backup: its id was this partition's alone. */
    private static Member unnamed(Transaction tx, Partition p, ChooseSurvivor c) {
        Refusal.unless(
                removed(p, c.replica()),
                "NOT_A_MEMBER",
                "replica %d is no member of partition %d, nor was it removed from it by force",
                c.replica(),
                p.id());
        Disk disk = Lookup.disk(tx, c.disk());
        Node node = Lookup.node(tx, disk.node());
        Refusal.unless(
                disk.drain() != DrainState.DRAINED && node.drain() != DrainState.DRAINED,
                "SURVIVOR_DRAINED",
                "replica %d lies on disk %s, which is decommissioned: recommission the disk, or its datanode, first",
                c.replica(),
                Lookup.nameOf(tx, disk));
        return new Member(c.replica(), disk.node(), disk.id(), Member.NEVER);
    }

    static long finish(Transaction tx, FinishRecovery c) {
        Op op = Lookup.op(tx, c.op(), OpKind.RECOVERY, c.revision());
        Partition p = owned(tx, op);
        Refusal.unless(
                p.primary() != 0,
                "NO_PRIMARY",
                "partition %d has no primary yet: its recovery %d isn't over",
                p.id(),
                op.id());
        boolean forced = op.recovery().step() == RecoveryStep.CHOSEN;
        tx.put(Lookup.to(
                op,
                OpStatus.SUCCESS,
                forced ? op.reason() : "NOTHING_LOST",
                forced ? op.message() : "an in-sync replica was there after all, and was elected",
                tx.now()));
        tx.put(p.ownedBy(RestoreMutex.STOP, 0));
        return 0;
    }

    /** Before the choice nothing has been lost, and the partition is elected for as ever; after it, what was chosen stays. */
    static void cancel(Transaction tx, Op op) {
        boolean forced = op.recovery().step() == RecoveryStep.CHOSEN;
        String by = "cancelled by " + tx.requestedBy();
        tx.put(Lookup.to(
                op,
                OpStatus.CANCELLED,
                forced ? op.reason() : "CANCELLED",
                forced ? op.message() + "; " + by + ", the choice stands" : by + " before a survivor was chosen",
                tx.now()));
        tx.put(owned(tx, op).ownedBy(RestoreMutex.STOP, 0));
    }

    /** The partition goes for good. */
    static void purged(Transaction tx, Partition p, Table t) {
        tx.state()
                .op(p.mutexOp())
                .filter(op -> op.kind() == OpKind.RECOVERY)
                .ifPresent(op -> tx.put(Lookup.to(
                        op, OpStatus.CANCELLED, "TABLE_PURGED", "table '" + t.name() + "' was purged", tx.now())));
    }

    private static Partition owned(Transaction tx, Op op) {
        Partition p = tx.state().partition(op.recovery().partition()).orElseThrow();
        if (p.mutexOp() != op.id()) {
            throw new IllegalStateException(
                    "partition " + p.id() + " is owned by op " + p.mutexOp() + ", not by the open recovery " + op.id());
        }
        return p;
    }
}
