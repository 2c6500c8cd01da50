package io.kintsugi.master.view;

import io.kintsugi.master.model.Partition;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fast copies go, and how far they are, by what their destinations report. As large as there are disks and joining replicas. Written by
 * one thread, read by any.
 */
final class CopyBook {
    private final RateMeter offDisk = new RateMeter();
    private final RateMeter intoReplica = new RateMeter();
    private final Map<Long, Copied> copied = new ConcurrentHashMap<>();

    /**
     * A report of a replica; nothing happens unless it is the joining one of its partition.
     *
     * @param before what it reported before, or null
     * @param created that this is the first report of a replica made just now, not of one that an earlier leader knew
     */
    void reported(Partition p, ReplicaFacts before, ReplicaFacts now, boolean created, long nowNanos) {
        if (p == null || p.joining() == null || p.joining().replica() != now.replica()) {
            return;
        }
        Copied old = copied.get(now.replica());
        Copied reached = new Copied(now.seedDoneBytes(), now.seedTotalBytes());
        if (reached.total() > 0 && (old == null || reached.share() >= old.share())) {
            copied.put(now.replica(), reached);
        }
        long from = before == null ? created ? 0 : held(now) : held(before);
        long bytes = Math.max(0, held(now) - from);
        intoReplica.add(now.replica(), bytes, nowNanos);
        p.member(p.leaving()).ifPresent(source -> offDisk.add(source.disk(), bytes, nowNanos));
    }

    private static long held(ReplicaFacts f) {
        return f.state() == ReplicaFacts.State.SEEDING ? f.seedDoneBytes() : Math.max(f.seedDoneBytes(), f.bytes());
    }

    /** The replica joins no more: it is a member now, or was taken back. */
    void over(long replica) {
        intoReplica.forget(replica);
        copied.remove(replica);
    }

    OptionalLong perSecondOff(int disk, long nowNanos) {
        return offDisk.perSecond(disk, nowNanos);
    }

    OptionalLong perSecondInto(long replica, long nowNanos) {
        return intoReplica.perSecond(replica, nowNanos);
    }

    Optional<Copied> copied(long replica) {
        return Optional.ofNullable(copied.get(replica));
    }
}
