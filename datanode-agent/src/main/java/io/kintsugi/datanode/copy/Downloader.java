package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.host.Threads;
import io.kintsugi.datanode.store.RocksEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/** Downloads checkpoints of other replicas, several at a time, each disk with a rate of its own. */
public final class Downloader implements Seeder, AutoCloseable {
    private final RocksEnvironment rocks;
    private final Clock clock;
    private final Failpoints failpoints;
    private final ExecutorService threads;
    private final Map<Path, RateLimit> limits = new ConcurrentHashMap<>();
    private volatile long bytesPerSecond;

    /** @param atOnce downloads at the same time; more wait; @param bytesPerSecond onto one disk, 0: no limit */
    public Downloader(RocksEnvironment rocks, Clock clock, Failpoints failpoints, int atOnce, long bytesPerSecond) {
        this.rocks = rocks;
        this.clock = clock;
        this.failpoints = failpoints;
        this.bytesPerSecond = bytesPerSecond;
        threads = Threads.onDemand("copy-", atOnce);
    }

    /** Changes the limit for downloads under way and later ones. */
    public void setBytesPerSecond(long next) {
        bytesPerSecond = next;
        limits.values().forEach(limit -> limit.set(next));
    }

    @Override
    public Download start(Job job, Listener listener) {
        RateLimit limit = limits.computeIfAbsent(job.disk(), disk -> new RateLimit(clock, bytesPerSecond));
        DownloadRun run = new DownloadRun(job, listener, rocks, clock, limit, failpoints);
        threads.execute(run);
        return run;
    }

    @Override
    public void close() {
        Threads.stop(threads);
    }
}
