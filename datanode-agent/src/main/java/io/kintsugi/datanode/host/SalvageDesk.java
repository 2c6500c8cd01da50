package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives away what replicas left on this node's broken disks ({@link Salvage}). Each disk has threads of its own for that: one that hangs when it is
 * read holds up no other. Thread-safe.
 */
final class SalvageDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SalvageDesk.class);
    private static final int THREADS = 2;

    /** A broken disk. Who holds the lock reads the disk, or begins to open it: never both. */
    private static final class Place {
        final ReentrantLock lock = new ReentrantLock();
        final HostRuntime.Pool pool;
        /** Of a disk that isn't open otherwise: reading one takes as long as its log is. */
        LogStore log;

        /** How often somebody has begun to open it. */
        volatile long opened;
        /** Somebody has begun to open it, and hasn't failed: from then on only the host that has it open may read. Under the lock. */
        boolean taken;

        Place(HostRuntime.Pool pool) {
            this.pool = pool;
        }

        LogStore log(HostContext context, DiskLayout layout) {
            if (log == null) {
                log = context.stores().readLog(layout.log());
            }
            return log;
        }

        void close() {
            if (log != null) {
                log.close();
                log = null;
            }
        }
    }

    private final HostContext context;
    private final long startedNanos;
    private final Map<Path, Place> places = new ConcurrentHashMap<>();

    SalvageDesk(HostContext context) {
        this.context = context;
        startedNanos = context.clock().nanos();
    }

    private Place place(Path disk) {
        return places.computeIfAbsent(
                disk, path -> new Place(context.runtime().pool("salvage-" + path.getFileName() + "-", THREADS)));
    }

    /** Where reads of the disk are done. */
    HostRuntime.Pool worker(Path disk) {
        return place(disk).pool;
    }

    /** From a disk that broke before the agent was started, or that couldn't be opened since. */
    CompletableFuture<Salvage.Found> from(UnusableDisk disk, long replica, Config fence) {
        Path path = disk.path();
        UnusableDisk.Left left = disk.left();
        EntryId known = EntryId.NONE;
        long closed = startedNanos;
        if (left != null) {
            ReplicaReport lost = left.absent().get(replica);
            if (lost == null || lost.getState() != ReplicaState.REPLICA_LOST) {
                return CompletableFuture.failedFuture(Salvage.notLost(replica, path, lost));
            }
            known = new EntryId(lost.getLastEpoch(), lost.getLastIndex());
            closed = left.brokenNanos();
        }
        DiskLayout layout = new DiskLayout(path);
        Salvage salvage = new Salvage(context, layout, disk.uuid(), closed);
        EntryId end = known;
        Place place = place(path);
        return run(path, () -> {
            if (place.taken) { // here, under the lock: who asks may have looked the disk up before it was opened
                throw beingOpened(path);
            }
            return salvage.read(place.log(context, layout), replica, end, fence);
        });
    }

    /**
     * Runs a read by the disk's own threads, unless somebody begins to open the disk before: a fence that is stored after the replica was opened
     * would hold nobody, and what is read would lack what the replica took since.
     */
    CompletableFuture<Salvage.Found> run(Path disk, Supplier<Salvage.Found> reading) {
        Place place = place(disk);
        long opened = place.opened;
        CompletableFuture<Salvage.Found> answer = new CompletableFuture<>();
        place.pool.execute(() -> {
            place.lock.lock();
            try {
                if (place.opened != opened) {
                    throw beingOpened(disk);
                }
                answer.complete(reading.get());
            } catch (StorageException | IllegalStateException e) {
                answer.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                LOG.error("SALVAGE_FAILED: reading what disk {} left", disk, e);
                answer.completeExceptionally(e);
            } finally {
                place.lock.unlock();
            }
        });
        return answer;
    }

    private static IllegalStateException beingOpened(Path disk) {
        return new IllegalStateException("DISK_RECOVERING: disk " + disk + " is being opened by an operator's word");
    }

    /** The disk is to be opened: nothing is read there from now on. Waits for a read that is under way. */
    void opening(Path disk) {
        Place place = place(disk);
        place.lock.lock();
        try {
            place.opened++;
            place.taken = true;
            place.close();
        } finally {
            place.lock.unlock();
        }
    }

    /** It couldn't be opened: it stays as it was, and is read again. */
    void notOpened(Path disk) {
        Place place = place(disk);
        place.lock.lock();
        try {
            place.taken = false;
        } finally {
            place.lock.unlock();
        }
    }

    /** A disk that hangs isn't waited for: what is open there ends with the process. */
    void stop() {
        for (Place place : places.values()) {
            place.pool.abandon();
            if (place.lock.tryLock()) {
                try {
                    place.close();
                } finally {
                    place.lock.unlock();
                }
            }
        }
    }
}
