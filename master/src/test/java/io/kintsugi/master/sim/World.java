package io.kintsugi.master.sim;

import io.kintsugi.common.Clock;
import io.kintsugi.master.driver.LoopExecutor;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Virtual time: events in order of time, one after the other, in the caller's thread. */
public final class World implements Clock {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private record Event(long nanos, long sequence, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::sequence));
    private long now;
    private long sequence;

    @Override
    public long millis() {
        return EPOCH_MILLIS + now / 1_000_000;
    }

    @Override
    public long nanos() {
        return now;
    }

    public void after(Duration delay, Runnable action) {
        events.add(new Event(now + delay.toNanos(), sequence++, action));
    }

    /** Runs events until the condition holds; false when it doesn't within so much virtual time. */
    public boolean runUntil(Duration bound, BooleanSupplier condition) {
        long deadline = now + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.peek().nanos > deadline) {
                now = Math.max(now, deadline);
                return false;
            }
            Event event = events.poll();
            now = event.nanos;
            event.action.run();
        }
        return true;
    }

    public void run(Duration time) {
        runUntil(time, () -> false);
    }

    /** An executor on virtual time. */
    public LoopExecutor executor() {
        return new LoopExecutor() {
            private boolean closed;

            @Override
            public void execute(Runnable task) {
                schedule(0, task);
            }

            @Override
            public void schedule(long delayNanos, Runnable task) {
                after(Duration.ofNanos(delayNanos), () -> {
                    if (!closed) {
                        task.run();
                    }
                });
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
