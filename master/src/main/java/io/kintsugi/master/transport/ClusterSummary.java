package io.kintsugi.master.transport;

/**
 * The leader's count of what there is, as {@code GET /v1/cluster} shows it.
 *
 * @param partitionsWithoutPrimary those whose primary hasn't reported that it serves the newest epoch
 * @param partitionsUnderReplicated those with fewer in-sync replicas than they should have
 * @param opsRunning ops that haven't ended
 */
public record ClusterSummary(
        int datanodes,
        int datanodesAlive,
        int tables,
        int partitions,
        int partitionsWithoutPrimary,
        int partitionsUnderReplicated,
        int opsRunning) {}
