package io.kintsugi.master.model;

/**
 * The cluster's own row.
 *
 * @param id chosen by {@code meta init}
 * @param generation number of the master group's lineage, above the Raft term
 * @param time highest leader-stamped time applied, milliseconds since the epoch
 */
public record Cluster(String id, long generation, long time) {}
