package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.NoteOp;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Node;
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
        if (c.automatic()) {
            TroubleApplier.checkAutomatic(tx, d);
        }
        return drain(tx, d, null, c.weight(), c.automatic());
    }

    /** @param nodeOp the decommission of the datanode that this is a part of, or null */
    static long drain(Transaction tx, Disk d, Op nodeOp, int weight, boolean automatic) {
        Lookup.weight(weight);
        long id = tx.next(Counter.OP);
        Op op = Op.created(
                        id,
                        OpKind.DISK_DECOMMISSION,
                        Lookup.nameOf(tx, d),
                        nodeOp == null ? 0 : nodeOp.id(),
                        OpStatus.MARKED,
                        tx.requestedBy(),
                        tx.now())
                .draining(0, d.id(), tx.state().partitionsOnDisk(d.id()).size())
                .with(weight);
        tx.put(automatic ? op.byItself() : op);
        tx.put(d.draining(id, nodeOp == null ? id : nodeOp.id())
                .with(d.trouble().draining(automatic)));
        return id;
    }

    static long recommission(Transaction tx, RecommissionDisk c) {
        Disk d = Lookup.disk(tx, c.disk());
        String name = Lookup.nameOf(tx, d);
        if (d.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "DECOMMISSION_RUNNING",
                    "disk " + name + " is being decommissioned by op " + d.drainOp()
                            + ": cancel it, or wait for its end",
                    d.drainOp());
        }
        Refusal.unless(
                d.drain() == DrainState.DRAINED || d.status() == DiskStatus.REMOVED,
                "NOT_DECOMMISSIONED",
                "disk %s isn't decommissioned",
                name);
        Node node = Lookup.node(tx, d.node());
        Refusal.unless(
                node.drain() == DrainState.NONE,
                "NODE_DECOMMISSIONED",
                "datanode %s is decommissioned as a whole by op %d: recommission the datanode",
                node.name(),
                node.drainOp());
        Disk back = d.undrained();
        tx.put(back.status() == DiskStatus.REMOVED ? back.withStatus(DiskStatus.NORMAL, "") : back);
        return d.id();
    }

    static long admit(Transaction tx, AdmitDisk c) {
        Op op = Lookup.op(tx, c.op(), OpKind.DISK_DECOMMISSION, c.revision());
        if (c.admitted()) {
            checkSlot(tx, op);
        } else {
            checkNoTokens(tx, op);
        }
        Refusal.unless(
                op.status() == (c.admitted() ? OpStatus.MARKED : OpStatus.RUNNING) && op.intent() == Intent.NONE,
                "ILLEGAL_TRANSITION",
                "op %d is %s, intent %s: it gets a slot when it is MARKED, and gives it up when it is RUNNING",
                op.id(),
                op.status(),
                op.intent());
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
        Closing.drain(tx, op, c.success() ? OpStatus.SUCCESS : OpStatus.FAILED, c.reason(), c.message());
        return 0;
    }

    private static void checkNoTokens(Transaction tx, Op op) {
        long held = tx.state().children(op.id()).stream().filter(Op::holdsToken).count();
        Refusal.unless(held == 0, "MOVES_RUNNING", "op %d has %d moves under way: wait for their end", op.id(), held);
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
        tx.put(op.to(op.status(), c.reason(), c.message(), tx.now())
                .with(op.progress().bytes(c.bytesDone(), c.bytesTotal())));
        return 0;
    }
}
