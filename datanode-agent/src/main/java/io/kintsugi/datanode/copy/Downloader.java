package io.kintsugi.datanode.copy;

import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.HostRuntime;
import io.kintsugi.datanode.host.Seeder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Downloads checkpoints of other replicas, several at a time, each disk with a rate of its own. */
public final class Downloader implements Seeder, AutoCloseable {
    private final HostContext context;
    private final Function<String, Source> sources;
    private final HostRuntime.Pool threads;
    private final Map<Path, RateLimit> limits = new ConcurrentHashMap<>();
    private volatile long bytesPerSecond;

    /**
     * Copies as fast as it can until it is told a rate.
     *
     * @param sources by their HTTP address
     * @param atOnce downloads at the same time; more wait
     */
    public Downloader(HostContext context, Function<String, Source> sources, int atOnce) {
        this.context = context;
        this.sources = sources;
        threads = context.runtime().pool("copy-", atOnce);
    }

    /** Changes the limit of each disk for downloads under way and later ones; 0: no limit. */
    public void setBytesPerSecond(long next) {
        bytesPerSecond = next;
        limits.values().forEach(limit -> limit.set(next));
    }

    @Override
    public Download start(Job job, Listener listener) {
        RateLimit limit = limits.computeIfAbsent(
                job.disk(), disk -> new RateLimit(context.clock(), context.runtime(), bytesPerSecond));
        Source source = sources.apply(job.source().httpAddress());
        DownloadRun run = new DownloadRun(job, listener, source, context, limit);
        threads.execute(run);
        return run;
    }

    @Override
    public void close() {
        threads.stop();
    }
}
