package io.kintsugi.master.state;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import java.util.ArrayList;
import java.util.List;

/** What the end of an op means for the ops that it is a part of. Done in the command that ends it, so that nothing is left behind. */
final class Closing {
    private Closing() {}

    /** A part has ended: a drain that is being cancelled ends with the last of its moves. */
    static void after(Transaction tx, Op part) {
        tx.state()
                .op(part.parent())
                .filter(drain -> !drain.ended() && drain.intent() == Intent.CANCEL)
                .filter(drain -> !hasOpenParts(tx, drain))
                .ifPresent(drain -> cancelled(tx, drain));
    }

    static void cancelled(Transaction tx, Op drain) {
        boolean works = drain.automatic() && Lookup.disk(tx, drain.disk()).status() == DiskStatus.NORMAL;
        String why = works ? "cancelled: the disk works again" : "cancelled by " + tx.requestedBy();
        drain(tx, drain, OpStatus.CANCELLED, "CANCELLED", why);
    }

    /** Ends a disk's decommission. Only a drained disk stays out of use. */
    static void drain(Transaction tx, Op op, OpStatus status, String reason, String message) {
        tx.put(Lookup.to(op, status, reason, message, tx.now()).with(Intent.NONE));
        Disk d = TroubleApplier.noted(op, status, Lookup.disk(tx, op.disk()), tx.now());
        tx.put(status == OpStatus.SUCCESS ? d.drained() : d.undrained());
        node(tx, d.node());
    }

    /**
     * Ends a datanode's decommission, if nothing of it goes on: drains of its disks that aren't parts of it are waited for, unless it is
     * cancelled.
     */
    static void node(Transaction tx, int id) {
        Node node = Lookup.node(tx, id);
        if (node.drain() != DrainState.DRAINING) {
            return;
        }
        Op op = tx.state().op(node.drainOp()).orElseThrow();
        boolean cancelled = op.intent() == Intent.CANCEL;
        List<Disk> disks = List.copyOf(tx.state().disksOfNode(id));
        boolean goesOn =
                cancelled ? hasOpenParts(tx, op) : disks.stream().anyMatch(d -> d.drain() == DrainState.DRAINING);
        if (goesOn) {
            return;
        }
        List<String> left = new ArrayList<>();
        disks.stream()
                .filter(d -> d.drain() != DrainState.DRAINED)
                .filter(d -> d.present() || !tx.state().partitionsOnDisk(d.id()).isEmpty())
                .forEach(d -> left.add(d.path()));
        if (!cancelled && left.isEmpty()) {
            tx.put(Lookup.to(op, OpStatus.SUCCESS, "", "", tx.now()).with(Intent.NONE));
            tx.put(node.drained());
            return;
        }
        tx.put((cancelled
                        ? Lookup.to(
                                op,
                                OpStatus.CANCELLED,
                                "CANCELLED",
                                "cancelled by " + tx.requestedBy() + stillDraining(disks),
                                tx.now())
                        : Lookup.to(
                                op,
                                OpStatus.FAILED,
                                "DISKS_LEFT",
                                "not drained: " + left + "; see the ops of these disks",
                                tx.now()))
                .with(Intent.NONE));
        tx.put(node.undrained());
        disks.stream().filter(d -> d.drainRoot() == op.id()).forEach(d -> tx.put(d.undrained()));
    }

    private static String stillDraining(List<Disk> disks) {
        List<String> others = disks.stream()
                .filter(d -> d.drain() == DrainState.DRAINING)
                .map(d -> "op " + d.drainOp() + " of " + d.path())
                .toList();
        return others.isEmpty() ? "" : "; still running, asked for on their own: " + String.join(", ", others);
    }

    static boolean hasOpenParts(Transaction tx, Op op) {
        return tx.state().children(op.id()).stream().anyMatch(part -> !part.ended());
    }
}
