package io.kintsugi.datanode.host;

import io.kintsugi.common.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs events in the order of their arrival, and timers. It sleeps while there is nothing to do. Whatever is waiting when
 * it wakes is run as one batch, after which {@code afterBatch} is called once.
 */
final class EventLoop implements HostRuntime.Loop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int MAX_BATCH = 1024;

    private final class Deadline implements HostRuntime.Timer {
        private final Runnable action;
        private long deadline = Long.MAX_VALUE;
        private long queuedFor = Long.MAX_VALUE;

        private Deadline(Runnable action) {
            this.action = action;
        }

        @Override
        public void at(long nanos) {
            deadline = nanos;
            if (nanos < queuedFor) {
                queuedFor = nanos;
                queue.add(new Queued(nanos, this));
            }
        }
    }

    private record Queued(long nanos, Deadline timer) {}

    private final Clock clock;
    private final Runnable afterBatch;
    private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final PriorityQueue<Queued> queue = new PriorityQueue<>((a, b) -> Long.compare(a.nanos, b.nanos));
    private final Thread thread;
    private volatile boolean stopped;

    EventLoop(String name, Clock clock, Runnable afterBatch) {
        this.clock = clock;
        this.afterBatch = afterBatch;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean execute(Runnable event) {
        return !stopped && events.add(event);
    }

    @Override
    public HostRuntime.Timer timer(Runnable action) {
        return new Deadline(action);
    }

    @Override
    public void stop() {
        events.add(() -> stopped = true);
        Threads.join(thread);
    }

    private void run() {
        List<Runnable> batch = new ArrayList<>();
        while (!stopped) {
            try {
                await(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            for (Runnable event : batch) {
                guarded(event);
            }
            batch.clear();
            fireTimers();
            guarded(afterBatch);
        }
    }

    private void await(List<Runnable> batch) throws InterruptedException {
        Queued next = queue.peek();
        Runnable first = next == null ? events.take() : events.poll(next.nanos - clock.nanos(), TimeUnit.NANOSECONDS);
        if (first != null) {
            batch.add(first);
            events.drainTo(batch, MAX_BATCH);
        }
    }

    private void fireTimers() {
        long now = clock.nanos();
        for (Queued next = queue.peek(); next != null && next.nanos <= now; next = queue.peek()) {
            queue.poll();
            Deadline timer = next.timer;
            if (timer.queuedFor != next.nanos) {
                continue; // an earlier entry took its place
            }
            timer.queuedFor = Long.MAX_VALUE;
            long deadline = timer.deadline;
            if (deadline <= now) {
                timer.deadline = Long.MAX_VALUE;
                guarded(timer.action);
            } else if (deadline != Long.MAX_VALUE) {
                timer.at(deadline);
            }
        }
    }

    /** The supervisor: an event that fails must not end the disk. Those of replicas are guarded closer by, see {@link ReplicaHost}. */
    private static void guarded(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "EVENT_FAILED: an event of {} failed",
                    Thread.currentThread().getName(),
                    e);
        }
    }
}
