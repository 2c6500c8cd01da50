package io.kintsugi.datanode.host;

import io.kintsugi.common.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The real thing: a thread for each loop and batcher, threads on demand for pools. */
public final class ThreadRuntime implements HostRuntime {
    private final Clock clock;

    public ThreadRuntime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Loop loop(String name, Runnable afterBatch) {
        return new EventLoop(name, clock, afterBatch);
    }

    @Override
    public <T> Batcher<T> batcher(String name, int most, Consumer<List<T>> handler) {
        return new BatchThread<>(name, most, handler);
    }

    @Override
    public Pool pool(String name, int threads) {
        ExecutorService executor = Threads.onDemand(name, threads);
        return new Pool() {
            @Override
            public void execute(Runnable work) {
                executor.execute(work);
            }

            @Override
            public void runAll(List<Runnable> work) {
                work.stream()
                        .map(one -> CompletableFuture.runAsync(one, executor))
                        .toList()
                        .forEach(CompletableFuture::join);
            }

            @Override
            public void finish() {
                Threads.finish(executor);
            }

            @Override
            public void stop() {
                Threads.stop(executor);
            }

            @Override
            public void abandon() {
                executor.shutdownNow();
            }
        };
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }
}
