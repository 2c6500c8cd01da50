package io.kintsugi.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Callers that each have one request under way, all the time: the next is sent when the answer to the last is there. */
public final class ClosedLoop {
    /** Requests answered within the measured time, their rate, and latencies in microseconds. */
    public record Result(long answered, double perSecond, Histogram micros) {
        /** Milliseconds, e.g. {@code p50 1.2 p99 3.4 max 5.6 ms}. */
        public String percentiles() {
            return "p50 " + Report.number(micros.getValueAtPercentile(50) / 1e3) + ", p99 "
                    + Report.number(micros.getValueAtPercentile(99) / 1e3) + ", p99.9 "
                    + Report.number(micros.getValueAtPercentile(99.9) / 1e3) + ", max "
                    + Report.number(micros.getMaxValue() / 1e3) + " ms";
        }
    }

    private static final long HIGHEST_MICROS = 60_000_000;
    private final IntFunction<CompletableFuture<?>> request;
    private final LongAdder answered = new LongAdder();
    private final Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean counting;
    private volatile boolean stopped;

    private ClosedLoop(IntFunction<CompletableFuture<?>> request) {
        this.request = request;
    }

    /**
     * Runs the callers without blocking a thread each.
     *
     * @param request sends the next request of the caller with this number; a failed future ends the run with an exception
     */
    public static Result async(
            int callers, Duration warmUp, Duration measured, IntFunction<CompletableFuture<?>> request) {
        ClosedLoop loop = new ClosedLoop(request);
        CountDownLatch running = new CountDownLatch(callers);
        try (ExecutorService pool = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().name("callers-", 0).factory())) {
            for (int i = 0; i < callers; i++) {
                int caller = i;
                pool.execute(() -> loop.next(caller, pool, running));
            }
            return loop.measure(warmUp, measured, running);
        }
    }

    /** Runs each caller on a thread of its own, which waits for its answer. */
    public static Result threads(
            int callers, Duration warmUp, Duration measured, IntFunction<CompletableFuture<?>> request) {
        ClosedLoop loop = new ClosedLoop(request);
        CountDownLatch running = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread.ofPlatform().daemon().name("caller-" + i).start(() -> {
                try {
                    while (!loop.stopped) {
                        long begin = System.nanoTime();
                        request.apply(caller).join();
                        loop.count(begin);
                    }
                } catch (RuntimeException e) {
                    loop.failure.compareAndSet(null, e);
                } finally {
                    running.countDown();
                }
            });
        }
        return loop.measure(warmUp, measured, running);
    }

    private void next(int caller, ExecutorService pool, CountDownLatch running) {
        if (stopped || failure.get() != null) {
            running.countDown();
            return;
        }
        long begin = System.nanoTime();
        request.apply(caller)
                .whenCompleteAsync(
                        (x, error) -> {
                            if (error == null) {
                                count(begin);
                            } else {
                                failure.compareAndSet(null, error);
                            }
                            next(caller, pool, running);
                        },
                        pool);
    }

    private void count(long begin) {
        if (counting) {
            answered.increment();
            micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - begin) / 1_000));
        }
    }

    private Result measure(Duration warmUp, Duration measured, CountDownLatch running) {
        Waiting.pause(warmUp);
        counting = true;
        long begin = System.nanoTime();
        Waiting.pause(measured);
        counting = false;
        double seconds = Waiting.secondsSince(begin);
        long count = answered.sum();
        stopped = true;
        Waiting.until(
                "the callers to end", Duration.ofSeconds(60), Duration.ofMillis(5), () -> running.getCount() == 0);
        if (failure.get() != null) {
            throw new IllegalStateException("a request failed: " + failure.get(), failure.get());
        }
        return new Result(count, count / seconds, micros);
    }
}
