package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Partition;
import java.util.Comparator;

/**
 * A replica that was found.
 *
 * @param partition id that it was made for
 * @param epoch of the configuration that it has stored
 */
record Copy(
        long replica, int node, int disk, boolean whole, int partition, long epoch, long lastEpoch, long lastIndex) {
    /** Of the last entry in the log; the last two make the order total. */
    static final Comparator<Copy> BY_LOG = Comparator.comparingLong(Copy::lastEpoch)
            .thenComparingLong(Copy::lastIndex)
            .thenComparing(Comparator.comparingLong(Copy::replica).reversed());

    /** Of two that pass for the same replica: the newer. */
    static final Comparator<Copy> NEWER = Comparator.comparingLong(Copy::epoch)
            .thenComparing(BY_LOG)
            .thenComparing(Copy::whole)
            .thenComparingInt(Copy::partition)
            .thenComparingInt(Copy::node)
            .thenComparingInt(Copy::disk);

    static Copy of(int node, ReplicaFound r) {
        Partition p = r.stored();
        return new Copy(r.replica(), node, r.disk(), r.whole(), p.id(), p.epoch(), r.lastEpoch(), r.lastIndex());
    }

    boolean sameReplica(Copy other) {
        return replica == other.replica && node == other.node && disk == other.disk && partition == other.partition;
    }
}
