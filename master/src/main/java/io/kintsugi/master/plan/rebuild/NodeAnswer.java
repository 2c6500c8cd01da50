package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import java.util.List;

/**
 * What one address of the operator's list had to say. A large datanode may answer in several parts; each repeats all but tables and damage. What was
 * said before an answer broke off counts, but the datanode is a bad one.
 *
 * @param address as the operator wrote it
 * @param error why nothing could be had of it, {@code ERR_...}; "": it has answered
 * @param complete whether this is the last part
 * @param clusterId that it belongs to; "" when it never belonged to one
 * @param generation the highest that it has seen, at most {@link #MAX_GENERATION}
 * @param node what the masters had of it; null when it never belonged to a cluster
 * @param nodeset the one that it is in, or null
 * @param known what else of the cluster it keeps
 * @param damaged manifests that can't be read
 */
public record NodeAnswer(
        String address,
        String error,
        boolean complete,
        String clusterId,
        long generation,
        Node node,
        Nodeset nodeset,
        ClusterNote known,
        List<Disk> disks,
        List<TableAnswer> tables,
        List<DamagedManifest> damaged) {
    /** More of them don't fit into an epoch. */
    public static final long MAX_GENERATION = (1L << 22) - 1;

    public NodeAnswer {
        disks = List.copyOf(disks);
        tables = List.copyOf(tables);
        damaged = List.copyOf(damaged);
    }

    /** Nothing could be had of it. @param error {@code ERR_...} */
    public static NodeAnswer failed(String address, String error) {
        return new NodeAnswer(
                address, error, false, "", 0, null, null, ClusterNote.NONE, List.of(), List.of(), List.of());
    }
}
