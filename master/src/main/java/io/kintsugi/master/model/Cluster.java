package io.kintsugi.master.model;

/**
 * The cluster's own row.
 *
 * @param id chosen by {@code meta init}
 * @param generation number of the master group's lineage, above the Raft term
 * @param time highest leader-stamped time applied, milliseconds since the epoch
 * @param createdAt milliseconds since the epoch; 0 when the version that made it didn't keep that
 */
public record Cluster(String id, long generation, long time, long createdAt) {
    public Cluster at(long newTime) {
        return new Cluster(id, generation, newTime, createdAt);
    }
}
