package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Partition;

/**
 * A replica as its datanode has it.
 *
 * @param disk that it lies on
 * @param whole whether it can be gone on with: neither lost, corrupt nor still being copied
 * @param lastEpoch of the last entry in its log
 * @param lastIndex of the last entry in its log
 * @param stored the configuration that it has stored last, with its epoch
 */
public record ReplicaFound(long replica, int disk, boolean whole, long lastEpoch, long lastIndex, Partition stored) {
    /** Bounds what a damaged manifest can make of the plan. @param generation the highest that its datanode has seen */
    boolean plausible(long generation, int table) {
        return replica > 0
                && stored.id() > 0
                && stored.table() == table
                && stored.epoch() >= 0
                && stored.epoch() < Partition.firstEpoch(generation + 1);
    }
}
