package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.NoteOp;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Setting;

/** Drains of disks. A disk that is broken or gone can be drained too: its partitions get their replicas elsewhere. */
final class DecommissionApplier {
    private DecommissionApplier() {}

    static long decommission(Transaction tx, DecommissionDisk c) {
        Disk d = Lookup.disk(tx, c.disk());
        String name = Lookup.nameOf(tx, d);
        if (d.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "ALREADY_DECOMMISSIONING",
                    "disk " + name + " is being decommissioned by op " + d.drainOp(),
                    d.drainOp());
        }
        Refusal.unless(
                d.drain() == DrainState.NONE,
                "ALREADY_DECOMMISSIONED",
                "disk %s is decommissioned and empty; recommission it to use it again",
                name);
        long id = tx.next(Counter.OP);
        tx.put(new Op(
                id,
                OpKind.DISK_DECOMMISSION,
                1,
                name,
                d.id(),
                0,
                OpStatus.MARKED,
                0,
                0,
                "WAITING_FOR_ADMISSION",
                "waits for a slot of its nodeset's " + Setting.DECOMMISSION_DISK_LIMIT.key(),
                0,
                0,
                tx.requestedBy(),
                tx.now(),
                tx.now(),
                0,
                null));
        tx.put(d.withDrain(DrainState.DRAINING, id));
        return id;
    }

    static long recommission(Transaction tx, RecommissionDisk c) {
        Disk d = Lookup.disk(tx, c.disk());
        String name = Lookup.nameOf(tx, d);
        if (d.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "DECOMMISSION_RUNNING",
                    "disk " + name + " is being decommissioned by op " + d.drainOp() + ": wait for its end",
                    d.drainOp());
        }
        Refusal.unless(d.drain() == DrainState.DRAINED, "NOT_DECOMMISSIONED", "disk %s isn't decommissioned", name);
        tx.put(d.withDrain(DrainState.NONE, 0));
        return d.id();
    }

    static long admit(Transaction tx, AdmitDisk c) {
        Op op = Lookup.op(tx, c.op(), OpKind.DISK_DECOMMISSION, c.revision());
        if (c.admitted()) {
            checkSlot(tx, op);
        } else {
            checkNoMoves(tx, op);
        }
        tx.put(Lookup.to(op, c.admitted() ? OpStatus.RUNNING : OpStatus.MARKED, c.reason(), c.message(), tx.now()));
        return 0;
    }

    private static void checkSlot(Transaction tx, Op op) {
        int nodeset = nodesetOf(tx, op);
        long limit = tx.state().settings().get(Setting.DECOMMISSION_DISK_LIMIT);
        long admitted = tx.state().indexes().admittedDrains.values().stream()
                .filter(other -> nodesetOf(tx, other) == nodeset)
                .count();
        Refusal.unless(
                admitted < limit,
                "NO_DISK_SLOT",
                "nodeset %d decommissions %d disks, its limit is %d: wait, or raise %s",
                nodeset,
                admitted,
                limit,
                Setting.DECOMMISSION_DISK_LIMIT.key());
    }

    private static int nodesetOf(Transaction tx, Op drain) {
        return Lookup.node(tx, Lookup.disk(tx, drain.disk()).node()).nodeset();
    }

    static long finish(Transaction tx, FinishDecommission c) {
        Op op = Lookup.op(tx, c.op(), OpKind.DISK_DECOMMISSION, c.revision());
        Disk d = Lookup.disk(tx, op.disk());
        checkNoMoves(tx, op);
        int left = tx.state().partitionsOnDisk(d.id()).size();
        Refusal.unless(
                !c.success() || left == 0,
                "DISK_NOT_EMPTY",
                "disk %s still has replicas of %d partitions: its decommission isn't done",
                op.target(),
                left);
        tx.put(Lookup.to(op, c.success() ? OpStatus.SUCCESS : OpStatus.FAILED, c.reason(), c.message(), tx.now()));
        tx.put(d.withDrain(c.success() ? DrainState.DRAINED : DrainState.NONE, 0));
        return 0;
    }

    private static void checkNoMoves(Transaction tx, Op op) {
        long open = tx.state().children(op.id()).stream()
                .filter(child -> !child.ended())
                .count();
        Refusal.unless(open == 0, "MOVES_RUNNING", "op %d has %d moves under way: wait for their end", op.id(), open);
    }

    /** Reason and progress of any op that goes on. */
    static long note(Transaction tx, NoteOp c) {
        Op op = Lookup.openOp(tx, c.op(), c.revision());
        Refusal.unless(
                c.bytesDone() >= 0 && c.bytesDone() <= c.bytesTotal(),
                "BAD_PROGRESS",
                "op %d: %d bytes done of %d",
                op.id(),
                c.bytesDone(),
                c.bytesTotal());
        tx.put(op.to(op.status(), c.reason(), c.message(), tx.now()).withBytes(c.bytesDone(), c.bytesTotal()));
        return 0;
    }
}
