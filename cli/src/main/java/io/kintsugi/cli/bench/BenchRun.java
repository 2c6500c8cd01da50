package io.kintsugi.cli.bench;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.data.KeyValues;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** One bench run: {@code threads} callers, each with one request open at a time, share the indexes 0 … n−1. */
public final class BenchRun {
    private static final long REPORT_MILLIS = 500;

    private final Session session;
    private final KeyValues data;
    private final Plan plan;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /**
     * What to run.
     *
     * @param write fills if true, else reads and checks
     * @param count keys
     */
    public record Plan(String table, boolean write, long count, int threads, Workload workload) {}

    /** How it went; {@code latency} is in nanoseconds. */
    public record Result(Plan plan, long good, long wrong, long nanos, Histogram latency) {
        /** Whether every key was written, or found with the value that belongs to it. */
        public boolean complete() {
            return good == plan.count;
        }
    }

    /** A run that begins with {@link #run}. */
    public BenchRun(Session session, KeyValues data, Plan plan) {
        this.session = session;
        this.data = data;
        this.plan = plan;
    }

    /**
     * Runs to the end, drawing a progress line on the session's error stream.
     *
     * @throws CliException of the first request that failed; the other callers stop then
     */
    public Result run() {
        long started = session.clock().nanos();
        var histograms = new ArrayList<Histogram>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < plan.threads; i++) {
            var histogram = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
            histograms.add(histogram);
            threads.add(Thread.ofPlatform().daemon().name("bench-" + i).start(() -> call(histogram)));
        }
        report(threads, started);
        RuntimeException failed = failure.get();
        if (failed != null) {
            session.err().println("after " + good.get() + " of " + plan.count + " keys:");
            throw failed;
        }
        long nanos = session.clock().nanos() - started;
        var all = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
        histograms.forEach(all::add);
        return new Result(plan, good.get(), wrong.get(), nanos, all);
    }

    private void call(Histogram latency) {
        try {
            long index = next.getAndIncrement();
            while (index < plan.count && failure.get() == null) {
                long began = session.clock().nanos();
                boolean isGood = plan.write ? put(index) : read(index);
                latency.recordValue(Math.min(session.clock().nanos() - began, latency.getHighestTrackableValue()));
                if (isGood) {
                    good.incrementAndGet();
                }
                done.incrementAndGet();
                index = next.getAndIncrement();
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private boolean put(long index) {
        data.put(plan.table, plan.workload.key(index), plan.workload.value(index));
        return true;
    }

    private boolean read(long index) {
        Optional<byte[]> value = data.get(plan.table, plan.workload.key(index));
        if (value.isPresent() && !plan.workload.matches(index, value.get())) {
            wrong.incrementAndGet();
            return false;
        }
        return value.isPresent();
    }

    private void report(Iterable<Thread> threads, long started) {
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join(REPORT_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure.compareAndSet(null, new CliException(ExitCode.FAILED, "INTERRUPTED", "stopped", null));
                    return;
                }
                if (thread.isAlive()) {
                    draw(started);
                }
            }
        }
        draw(started);
        if (session.interactive()) {
            session.err().println();
        }
    }

    private void draw(long started) {
        long now = done.get();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(session.clock().nanos() - started));
        String line = "... finished " + now + " ops, " + now * 100 / Math.max(1, plan.count) + " %, "
                + now * 1000 / millis + " ops/s";
        if (session.interactive()) {
            session.err().print("\r" + line + "   ");
            session.err().flush();
        } else {
            session.err().println(line);
        }
    }
}
