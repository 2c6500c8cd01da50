package io.kintsugi.chaos.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Ends faults when their time has come, in threads of its own: nothing that anybody waits for elsewhere keeps a fault alive. What was
 * broken is given back to the arena once it takes part again.
 */
final class Healer implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int TRIES = 5;
    private static final long AGAIN_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 200;

    private final Arena arena;
    private final Journal journal;
    private final List<Active> active = new ArrayList<>();
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
            THREADS, Thread.ofPlatform().daemon().name("healer-", 0).factory());

    /** A fault, from its begin until its instance is back. */
    private static final class Active {
        private final String kind;
        private final Fault.Broken broken;
        private final AtomicInteger tries = new AtomicInteger();

        private Active(String kind, Fault.Broken broken) {
            this.kind = kind;
            this.broken = broken;
        }
    }

    Healer(Arena arena, Journal journal) {
        this.arena = arena;
        this.journal = journal;
    }

    /** Mends it after so long. */
    void after(Duration duration, String kind, Fault.Broken broken) {
        Active fault = new Active(kind, broken);
        synchronized (active) {
            active.add(fault);
        }
        threads.schedule(() -> mend(fault), duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether everything is mended, and takes part again. */
    boolean isDone() {
        synchronized (active) {
            return active.isEmpty();
        }
    }

    /** What isn't mended, or isn't back. */
    List<String> open() {
        synchronized (active) {
            return active.stream().map(a -> a.kind + " " + a.broken.what()).toList();
        }
    }

    private void mend(Active fault) {
        try {
            fault.broken.mend().run();
            journal.log("end of " + fault.kind + " " + fault.broken.what());
            release(fault);
        } catch (RuntimeException e) { // this thread is the last that can do it
            if (fault.tries.incrementAndGet() == TRIES) {
                journal.failed("can't end " + fault.kind + " " + fault.broken.what() + ": " + e);
            } else {
                threads.schedule(() -> mend(fault), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void release(Active fault) {
        BooleanSupplier back = () -> arena.isBack(fault.broken.instance());
        if (back.getAsBoolean()) {
            arena.release(fault.broken.instance());
            synchronized (active) {
                active.remove(fault);
            }
        } else {
            threads.schedule(() -> release(fault), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
