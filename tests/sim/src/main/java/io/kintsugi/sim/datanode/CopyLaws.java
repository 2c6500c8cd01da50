package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.world.Process;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What holds of the copies that come to a node, and of those that it offers, in one of its lives (DESIGN section 7): what is handed over is
 * what the source has, and durable; none fails by its checksum without cause, its progress doesn't go back, and one that was cancelled asks
 * for no more. It stands between the product's host and its downloader.
 */
final class CopyLaws implements Seeder {
    /** The product keeps an offer for a minute after its last use. */
    private static final long KEPT = Duration.ofSeconds(59).toNanos();
    /** What it may still ask after it was cancelled: it looks at it after each answer. */
    private static final int LATE = 2;

    private final Process process;
    private final SimStorage storage;
    private final Map<SimSource, Watch> bySource = new HashMap<>();
    /** Offers of this node, and when they were used last. */
    private final Map<String, Long> used = new HashMap<>();

    private long rate;
    private Seeder downloader;
    /** The download that is being started. */
    private Watch starts;

    CopyLaws(Process process, SimStorage storage) {
        this.process = process;
        this.storage = storage;
    }

    void watch(Seeder product) {
        downloader = product;
    }

    @Override
    public Download start(Job job, Listener listener) {
        starts = new Watch(job, listener);
        Watch watch = starts;
        Download download = downloader.start(job, watch);
        return () -> {
            watch.cancelled = true;
            download.cancel();
        };
    }

    /** Of the download that is being started. */
    SimSource from(SimSource source) {
        bySource.put(source, starts);
        return source;
    }

    /** A download begins to ask its source. */
    void asks(SimSource source, String what) {
        Watch watch = bySource.get(source);
        if (watch.cancelled && ++watch.late > LATE) {
            throw process.world().broken("9", watch + " goes on after it was cancelled: it asks for " + what);
        }
    }

    /** So many bytes have come; no more of them before the rate allows it. */
    void got(SimSource source, long bytes) {
        long nanos = rate == 0 ? 0 : (long) (bytes / (double) rate * 0.9e9); // its clock may go another way meanwhile
        bySource.get(source).notBefore = process.clock().nanos() + nanos;
    }

    /** It asks for more bytes. */
    void more(SimSource source) {
        Watch watch = bySource.get(source);
        if (process.clock().nanos() < watch.notBefore) {
            throw process.world().broken("4", watch + " comes faster than " + rate + " bytes a second");
        }
    }

    /** Bytes a second for each disk; 0: no limit. */
    void rate(long bytesPerSecond) {
        if (rate != bytesPerSecond) {
            rate = bytesPerSecond;
            bySource.values().forEach(watch -> watch.notBefore = 0);
        }
    }

    boolean limited() {
        return rate > 0;
    }

    void damaged(SimSource source) {
        bySource.get(source).damaged = true;
    }

    private final class Watch implements Listener {
        private final Job job;
        private final Listener host;
        private boolean cancelled;
        private boolean damaged;
        private int late;
        private long done;
        private long notBefore;

        Watch(Job job, Listener host) {
            this.job = job;
            this.host = host;
        }

        private SimDisk disk() {
            return storage.disk(job.disk()).orElseThrow();
        }

        @Override
        public void progress(long doneBytes, long totalBytes) {
            if (doneBytes < done || doneBytes > totalBytes) {
                throw process.world()
                        .broken("6", this + " has come to " + doneBytes + " of " + totalBytes + " after " + done);
            }
            if (doneBytes == 0 && disk().free() < totalBytes) {
                throw process.world().broken("9", this + " begins, and there is no room for it");
            }
            done = doneBytes;
            host.progress(doneBytes, totalBytes);
        }

        @Override
        public void ready(Checkpoint checkpoint) {
            process.world().count("copy.ready", process.name());
            SimDisk disk = disk();
            if (checkpoint.last().index() < job.neededIndex()) {
                throw process.world()
                        .broken("2", this + " ends with " + checkpoint.last() + ", and " + job + " needs more");
            }
            if (disk.find(job.target()) instanceof Inode.Directory files) {
                if (StoreFiles.fragile(files)) {
                    throw process.world().broken("1", this + " is handed over, and a crash would take it back");
                }
                try {
                    DataImage copy = SimStores.image(disk, job.target(), true);
                    if (copy.rotten()) {
                        throw process.world().broken("1", this + " is handed over, and can't be read");
                    }
                    storage.laws().copied(job.partition(), checkpoint.last(), copy);
                } catch (StorageException e) {
                    throw process.world().broken("1", this + " is handed over: " + e.getMessage());
                }
            }
            host.ready(checkpoint);
        }

        @Override
        public void failed(RuntimeException cause) {
            process.world().count("copy.failed", process.name());
            process.world().note(process.name(), () -> this + " failed: " + cause.getMessage());
            boolean spoilt = cause instanceof StorageException e && e.kind() == StorageException.Kind.REPLICA;
            boolean wrong = spoilt
                    ? process.world().counts().of("fault.disk-rot") == 0
                    : !(cause instanceof StorageException)
                            && !(cause.getCause() instanceof java.io.IOException)
                            && !damaged;
            if (spoilt) {
                process.world().count("copy.spoilt", process.name());
            }
            if (wrong) {
                throw process.world().broken("8", this + " failed without cause: " + cause);
            }
            host.failed(cause);
        }

        @Override
        public String toString() {
            return "the copy of replica " + job.source().replica() + " to " + job.target();
        }
    }

    // ------------------------------------------------------------------ offers
    void uses(String copy, long now) {
        used.put(copy, now);
    }

    /** A file of it was sent until now. */
    void uses(Path file, long now) {
        String directory = file.getParent().getFileName().toString();
        used.computeIfPresent(directory.substring(directory.indexOf('-') + 1), (copy, before) -> now);
    }

    void dropped(String copy) {
        used.remove(copy);
    }

    /** Somebody asks for what isn't on offer any more. */
    void gone(String copy, long now) {
        Long before = used.get(copy);
        if (before != null && now - before < KEPT) {
            throw process.world().broken("8", process.name() + " has given up copy " + copy + " while it was used");
        }
    }
}
