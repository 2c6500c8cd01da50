package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which disks and datanodes stay drained. The op that was emptying one isn't rebuilt, so whoever asked for it is told to ask again; nor is one empty
 * on which a replica was found that is gone on with.
 */
final class Drains {
    private final Set<Integer> usedDisks = new HashSet<>();
    private final Set<Integer> usedNodes = new HashSet<>();
    private final List<Hint> hints;

    Drains(List<Partition> partitions, List<Hint> hints) {
        this.hints = hints;
        partitions.forEach(p -> p.members().forEach(m -> {
            usedDisks.add(m.disk());
            usedNodes.add(m.node());
        }));
    }

    Node of(Node n) {
        boolean drained = n.drain() == DrainState.DRAINED && !usedNodes.contains(n.id());
        if (!drained && n.drain() != DrainState.NONE) {
            again("datanode " + n.name());
        }
        return drained ? n : n.undrained();
    }

    Disk of(Disk d) {
        boolean drained = d.drain() == DrainState.DRAINED && !usedDisks.contains(d.id());
        if (!drained && d.drain() != DrainState.NONE) {
            again("disk " + d.id() + " (" + d.path() + " of datanode " + d.node() + ")");
        }
        return drained ? d : d.undrained();
    }

    private void again(String what) {
        hints.add(Hint.warning("DRAIN_NOT_RESUMED", what + " was being decommissioned, ask for that again"));
    }
}
