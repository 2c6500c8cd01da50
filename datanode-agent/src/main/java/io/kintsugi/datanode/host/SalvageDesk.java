package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

    private final HostContext context;
    private final long startedNanos;
    private final Map<Path, HostRuntime.Pool> pools = new HashMap<>();
    /** Of disks that aren't open otherwise: reading one takes as long as its log is. */
    private final Map<Path, LogStore> logs = new HashMap<>();

    SalvageDesk(HostContext context) {
        this.context = context;
        startedNanos = context.clock().nanos();
    }

    /** Where reads of the disk are done. */
    synchronized Executor worker(Path disk) {
        return pools.computeIfAbsent(
                disk, path -> context.runtime().pool("salvage-" + path.getFileName() + "-", THREADS))::execute;
    }

    /** From a disk that broke before the agent was started, or that wasn't opened since. */
    CompletableFuture<Salvage.Found> from(UnusableDisk disk, long replica, Config fence) {
        DiskLayout layout = new DiskLayout(disk.path());
        Salvage salvage = new Salvage(context, layout, disk.uuid(), startedNanos);
        return run(disk.path(), () -> salvage.read(log(layout), replica, EntryId.NONE, fence));
    }

    /** Runs a read by the disk's own threads. */
    CompletableFuture<Salvage.Found> run(Path disk, Supplier<Salvage.Found> reading) {
        CompletableFuture<Salvage.Found> answer = new CompletableFuture<>();
        worker(disk).execute(() -> {
            try {
                answer.complete(reading.get());
            } catch (StorageException | IllegalStateException e) {
                answer.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                LOG.error("SALVAGE_FAILED: reading what disk {} left", disk, e);
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private LogStore log(DiskLayout layout) {
        synchronized (logs) {
            return logs.computeIfAbsent(layout.root(), root -> context.stores().readLog(layout.log()));
        }
    }

    /** The disk is to be opened. */
    void close(Path disk) {
        synchronized (logs) {
            LogStore log = logs.remove(disk);
            if (log != null) {
                log.close();
            }
        }
    }

    synchronized void stop() {
        pools.values().forEach(HostRuntime.Pool::stop);
        synchronized (logs) {
            logs.values().forEach(LogStore::close);
            logs.clear();
        }
    }
}
