package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.ContentDigest;
import io.kintsugi.datanode.store.RangeCount;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.proto.Digest;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a disk's replicas hold at the marks of their logs: one replica at a time, in slices that take turns with the replica's flushes and
 * copies, and no more bytes a second than the masters allow. Belongs to the disk's event loop.
 */
final class Counting {
    private static final Logger LOG = LoggerFactory.getLogger(Counting.class);
    private static final long SLICE = 1 << 20;
    /** A count that waits holds a snapshot; older ones are given up for newer ones, whose marks are asked for again if need be. */
    private static final int WAITING = 64;

    private static final class Job {
        final ReplicaHost replica;
        final ReplicaStore store;
        final Entry mark;
        final RangeCount count;
        /** A newer mark has come. */
        volatile boolean stale;

        boolean more;

        Job(ReplicaHost replica, Entry mark) {
            this.replica = replica;
            this.mark = mark;
            store = replica.store();
            count = store.beginCount();
        }
    }

    private final DiskHost disk;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final HostRuntime.Timer timer;
    private Job running;

    Counting(DiskHost disk) {
        this.disk = disk;
        timer = disk.loop().timer(this::slice);
    }

    /** The replica has just applied the mark, and nothing behind it. */
    void begin(ReplicaHost replica, Entry mark) {
        giveUp(replica);
        if (waiting.size() == WAITING) {
            end(waiting.poll());
        }
        waiting.add(new Job(replica, mark));
        next();
    }

    private void giveUp(ReplicaHost replica) {
        if (running != null && running.replica == replica) {
            running.stale = true;
        }
        waiting.removeIf(job -> {
            boolean stale = job.replica == replica;
            if (stale) {
                end(job);
            }
            return stale;
        });
    }

    private void next() {
        if (running == null && !waiting.isEmpty()) {
            running = waiting.poll();
            slice();
        }
    }

    private void slice() {
        Job job = running;
        disk.slowly(job.replica, () -> {
            job.more = false;
            try {
                job.more = !job.stale && job.store.count(job.count, SLICE);
            } finally {
                disk.loop().execute(() -> sliced(job));
            }
        });
    }

    private void sliced(Job job) {
        if (job.more) {
            long perSecond = disk.node().verifyBytesPerSecond();
            timer.at(disk.now() + (perSecond <= 0 ? 0 : TimeUnit.SECONDS.toNanos(SLICE) / perSecond));
            return;
        }
        running = null;
        job.count.digest().ifPresent(digest -> done(job, digest));
        end(job);
        next();
    }

    private void done(Job job, ContentDigest digest) {
        if (job.replica.isClosed() || job.replica.store() != job.store) {
            return;
        }
        LOG.info(
                "COUNT_DONE partition={} replica={} epoch={} index={} records={} bytes={}",
                job.replica.partition(),
                job.replica.id(),
                digest.at().epoch(),
                digest.at().index(),
                digest.records(),
                digest.bytes());
        job.replica.counted(Digest.newBuilder()
                .setRequest(job.mark.sequence())
                .setEpoch(digest.at().epoch())
                .setIndex(digest.at().index())
                .setTakenMs(job.mark.timeMs())
                .setRecords(digest.records())
                .setBytes(digest.bytes())
                .addAllRanges(digest.ranges())
                .build());
    }

    /** Beside the loop: a flush of the same store may be under way, and is not to be waited for here. */
    private void end(Job job) {
        disk.slowly(job.replica, () -> job.store.endCount(job.count));
    }
}
