package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.RecommissionNode;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import java.util.List;

/** Drains of datanodes: one small command, of which every disk gets an op of its own. A drain that a disk has already goes on as it is. */
final class NodeDrainApplier {
    private NodeDrainApplier() {}

    static long decommission(Transaction tx, DecommissionNode c) {
        Node node = Lookup.node(tx, c.node());
        Lookup.weight(c.weight());
        if (node.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "ALREADY_DECOMMISSIONING",
                    "datanode " + node.name() + " is being decommissioned by op " + node.drainOp(),
                    node.drainOp());
        }
        Refusal.unless(
                node.drain() == DrainState.NONE,
                "ALREADY_DECOMMISSIONED",
                "datanode %s is decommissioned and empty; recommission it to use it again",
                node.name());
        List<Disk> disks = tx.state().disksOfNode(node.id()).stream()
                .filter(d -> d.present() || !tx.state().partitionsOnDisk(d.id()).isEmpty())
                .toList();
        int replicas = disks.stream()
                .mapToInt(d -> tx.state().partitionsOnDisk(d.id()).size())
                .sum();
        long id = tx.next(Counter.OP);
        Op op = Op.created(id, OpKind.NODE_DECOMMISSION, node.name(), 0, OpStatus.RUNNING, tx.requestedBy(), tx.now())
                .draining(node.id(), 0, replicas)
                .with(c.weight());
        tx.put(op);
        tx.put(node.draining(id));
        disks.stream()
                .filter(d -> d.drain() == DrainState.NONE)
                .forEach(d -> DecommissionApplier.drain(tx, d, op, c.weight(), false));
        Closing.node(tx, node.id());
        return id;
    }

    static long recommission(Transaction tx, RecommissionNode c) {
        Node node = Lookup.node(tx, c.node());
        if (node.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "DECOMMISSION_RUNNING",
                    "datanode " + node.name() + " is being decommissioned by op " + node.drainOp()
                            + ": cancel it, or wait for its end",
                    node.drainOp());
        }
        Refusal.unless(
                node.drain() == DrainState.DRAINED,
                "NOT_DECOMMISSIONED",
                "datanode %s isn't decommissioned",
                node.name());
        for (Disk d : List.copyOf(tx.state().disksOfNode(node.id()))) {
            if (d.drainRoot() == node.drainOp() && d.drain() == DrainState.DRAINED) {
                tx.put(d.undrained());
            }
        }
        tx.put(node.undrained());
        return node.id();
    }
}
