package io.kintsugi.datanode.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link HostRuntime.Batcher} with a thread of its own, which sleeps while nothing waits. */
final class BatchThread<T> implements HostRuntime.Batcher<T> {
    private static final Logger LOG = LoggerFactory.getLogger(BatchThread.class);
    private static final Object STOP = new Object();

    private final int most;
    private final Consumer<List<T>> handler;
    private final LinkedBlockingQueue<Object> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    BatchThread(String name, int most, Consumer<List<T>> handler) {
        this.most = most;
        this.handler = handler;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void submit(T thing) {
        waiting.add(thing);
    }

    @Override
    public void stop() {
        waiting.add(STOP);
        Threads.join(thread);
    }

    @SuppressWarnings("unchecked") // nothing but STOP and things of this type is ever added
    private void run() {
        try {
            while (true) {
                List<Object> batch = new ArrayList<>();
                batch.add(waiting.take());
                waiting.drainTo(batch, most - 1);
                int end = batch.indexOf(STOP);
                List<Object> things = end < 0 ? batch : batch.subList(0, end);
                if (!things.isEmpty()) {
                    guarded((List<T>) things);
                }
                if (end >= 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The supervisor: a batch that fails must not end the thread. */
    private void guarded(List<T> things) {
        try {
            handler.accept(things);
        } catch (RuntimeException | Error e) {
            LOG.error("BATCH_FAILED: a batch of {} failed", thread.getName(), e);
        }
    }
}
