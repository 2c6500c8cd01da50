package io.kintsugi.master.model;

/**
 * The cluster's own row.
 *
 * @param id chosen by {@code meta init}
 * @param generation number of the master group's lineage, above the Raft term
 * @param time highest leader-stamped time applied, milliseconds since the epoch
 * @param createdAt milliseconds since the epoch; 0 when the version that made it didn't keep that
 * @param brake whether automatic work is stopped
 */
public record Cluster(String id, long generation, long time, long createdAt, Brake brake) {
    public Cluster(String id, long generation, long time, long createdAt) {
        this(id, generation, time, createdAt, Brake.OFF);
    }

    public Cluster at(long newTime) {
        return new Cluster(id, generation, newTime, createdAt, brake);
    }

    public Cluster with(Brake newBrake) {
        return new Cluster(id, generation, time, createdAt, newBrake);
    }
}
