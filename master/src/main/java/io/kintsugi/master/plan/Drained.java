package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/**
 * Replicas that a recovery would go on with but for where they lie: an earlier one removed them, and then their disk or datanode was drained. What
 * is drained has no replica until it is recommissioned, for it may be taken away at any time.
 */
final class Drained {
    static final String CODE = "SURVIVOR_DRAINED";

    private Drained() {}

    /** Whether the disk is drained, by itself or with its datanode. One that is still being drained isn't: its replicas are moved. */
    static boolean is(View view, int disk) {
        return view.cluster()
                .disk(disk)
                .filter(d -> d.drain() == DrainState.DRAINED || ofNode(view, d) == DrainState.DRAINED)
                .isPresent();
    }

    private static DrainState ofNode(View view, Disk d) {
        return view.cluster().node(d.node()).map(Node::drain).orElse(DrainState.NONE);
    }

    /**
     * Why a partition doesn't go on with them; empty when there are none.
     *
     * @param replica the one that is asked for; 0: any
     */
    static Optional<Reason> reason(View view, Partition p, long replica) {
        List<String> there = Survivor.drained(view, p).stream()
                .filter(s -> replica == 0 || s.replica() == replica)
                .map(s -> what(view, s))
                .toList();
        return there.isEmpty()
                ? Optional.empty()
                : Optional.of(Reason.of(
                        CODE,
                        "partition " + view.partitionName(p)
                                + " doesn't go on with a replica on a decommissioned disk: "
                                + String.join("; ", there)));
    }

    /** Those that may hold what the survivor lacks, and what is to be done to have them. */
    static List<String> better(View view, Partition p, Survivor survivor) {
        return Survivor.drained(view, p).stream()
                .filter(s -> Survivor.WORTH.compare(s, survivor) > 0)
                .map(s -> what(view, s))
                .toList();
    }

    private static String what(View view, Survivor s) {
        return s.place() + " (replica " + s.replica() + ", to entry " + s.lastEpoch() + ":" + s.lastIndex()
                + "), first: " + remedy(view, s.disk());
    }

    private static String remedy(View view, int disk) {
        Disk d = view.cluster().disk(disk).orElseThrow();
        return switch (ofNode(view, d)) {
            case NONE -> "disk recommission " + view.diskName(d);
            case DRAINED -> "node recommission " + view.nodeName(d.node());
            case DRAINING ->
                "op cancel "
                        + view.cluster().node(d.node()).map(Node::drainOp).orElse(0L) + ", the decommission of "
                        + view.nodeName(d.node());
        };
    }
}
