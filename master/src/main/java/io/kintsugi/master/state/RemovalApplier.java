package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.RemoveDisk;
import io.kintsugi.master.command.Command.RemoveNode;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.List;

/** Forgets what is drained or lost. Whether a datanode lives isn't known here: who proposes asks for that. */
final class RemovalApplier {
    private RemovalApplier() {}

    static long removeDisk(Transaction tx, RemoveDisk c) {
        Disk d = Lookup.disk(tx, c.disk());
        String name = Lookup.nameOf(tx, d);
        Refusal.unless(d.status() != DiskStatus.REMOVED, "ALREADY_REMOVED", "disk %s is removed", name);
        checkNotDraining(d, name);
        List<String> only = new ArrayList<>();
        for (int id : tx.state().partitionsOnDisk(d.id())) {
            Partition p = tx.state().partition(id).orElseThrow();
            if (p.all().stream().noneMatch(m -> m.disk() != d.id() && p.isInSync(m.replica()))) {
                only.add(tx.state().table(p.table()).map(t -> t.name()).orElse("?") + "." + p.index());
            }
        }
        Refusal.unless(
                only.isEmpty(),
                "ONLY_GOOD_COPY",
                "disk %s has the only good copy of %s: bring it back, or recover these partitions first",
                name,
                only);
        tx.put(d.undrained().withStatus(DiskStatus.REMOVED, "removed by " + tx.requestedBy()));
        Closing.node(tx, d.node());
        return d.id();
    }

    private static void checkNotDraining(Disk d, String name) {
        if (d.drain() == DrainState.DRAINING) {
            throw new Refusal(
                    "DECOMMISSION_RUNNING",
                    "disk " + name + " is being decommissioned by op " + d.drainOp()
                            + ": cancel it, or wait for its end",
                    d.drainOp());
        }
    }

    static long removeNode(Transaction tx, RemoveNode c) {
        Node node = Lookup.node(tx, c.node());
        List<Disk> disks = List.copyOf(tx.state().disksOfNode(node.id()));
        for (Disk d : disks) {
            checkNotDraining(d, Lookup.nameOf(tx, d));
            int replicas = tx.state().partitionsOnDisk(d.id()).size();
            Refusal.unless(
                    replicas == 0,
                    "NODE_NOT_EMPTY",
                    "datanode %s still has %d replicas on %s: decommission it first; if it is lost for good, remove its disks, and it once"
                            + " their replicas are replaced",
                    node.name(),
                    replicas,
                    d.path());
        }
        disks.forEach(d -> tx.remove(Schema.DISKS, d.id()));
        tx.remove(Schema.NODES, node.id());
        return node.id();
    }
}
