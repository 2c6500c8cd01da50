package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.StartSalvage;
import io.kintsugi.master.command.Command.SwapSalvaged;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves and repairs whose source lies on a broken disk and is all that is left (decision 0008). The joining replica holds what nobody may have
 * committed yet; so it is the partition's only in-sync one, or goes: it is never a member under a primary that doesn't have the same.
 */
final class SalvageApplier {
    private SalvageApplier() {}

    static long start(Transaction tx, StartSalvage c) {
        Op op = MoveApplier.prepared(tx, c.op(), c.revision());
        Partition p = MoveApplier.partition(tx, op, c.partition(), c.epoch());
        Member source = p.member(op.move().source())
                .orElseThrow(() -> Refusal.of(
                        "SOURCE_GONE",
                        "replica %d is no member of partition %d any more",
                        op.move().source(),
                        p.id()));
        Refusal.unless(
                p.isInSync(source.replica()),
                "NOT_IN_SYNC",
                "replica %d of partition %d isn't in-sync: what was acknowledged isn't all there",
                source.replica(),
                p.id());
        Disk from = Lookup.disk(tx, source.disk());
        Refusal.unless(
                from.status() == DiskStatus.UNAVAILABLE,
                "DISK_NOT_BROKEN",
                "disk %s is %s: its replicas are copied from while they serve",
                Lookup.nameOf(tx, from),
                from.status());
        return MoveApplier.added(tx, op, p, c.disk(), 0);
    }

    /** The destination has all that the source had, so it stands in its place: as if the source alone had been elected, and copied from. */
    static long swap(Transaction tx, SwapSalvaged c) {
        Op op = Lookup.move(tx, c.op(), c.revision());
        MoveApplier.checkStep(op, MoveStep.ADDED);
        Partition p = MoveApplier.partition(tx, op, c.partition(), c.epoch());
        Refusal.unless(
                p.salvaged(),
                "NOT_SALVAGED",
                "partition %d has primary %d in epoch %d: nothing of it is being copied from a broken disk",
                p.id(),
                p.primary(),
                p.epoch());
        long fresh = op.move().destination();
        List<Member> members = new ArrayList<>(p.members());
        members.set(members.indexOf(p.member(op.move().source()).orElseThrow()), p.joining());
        Partition swapped = p.configured(members, null, 0, List.of(fresh), fresh);
        tx.put(swapped);
        tx.put(op.to(OpStatus.RUNNING, "", "", tx.now()).with(op.move().swapped(swapped.epoch())));
        return swapped.epoch();
    }

    /** Somebody in-sync is there after all, and is elected: what the broken disk gave isn't needed, and mustn't stay. */
    static Partition over(Transaction tx, Partition p) {
        if (!p.salvaged()) {
            return p;
        }
        Op op = tx.state().op(p.mutexOp()).orElseThrow();
        OpStatus status = AttemptApplier.asAsked(op.intent(), OpStatus.MARKED);
        Op back = Lookup.to(op, status, "PRIMARY_BACK", "an in-sync replica works again: it is copied from", tx.now())
                .with(Intent.NONE)
                .with(op.progress().bytes(0, 0))
                .with(op.move().takenBack());
        tx.put(back);
        if (back.ended()) {
            Closing.after(tx, back);
        }
        return p.withoutJoining().ownedBy(RestoreMutex.STOP, 0);
    }
}
