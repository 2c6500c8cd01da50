package io.kintsugi.sim.world;

import io.kintsugi.master.driver.LoopExecutor;
import java.util.SplittableRandom;

/**
 * A thread of a process: tasks one after the other, first come first served, each a little later than it was given, so that threads of one
 * process overtake each other.
 */
public final class SimExecutor implements LoopExecutor {
    private static final long SECOND = 1_000_000_000;
    /** More tasks than this in a second. */
    private static final int MOST_TURNS = 15_000;

    private final Process process;
    private final long life;
    private final String kind;
    private final long jitter;
    private final SplittableRandom random;
    private long last;
    private boolean closed;
    private long second;
    private int turns;

    /**
     * For the life that the process is in.
     *
     * @param jitter the longest that a task waits for the thread, in nanoseconds; 0 for never
     */
    public SimExecutor(Process process, String thread, long jitter) {
        this.process = process;
        this.life = process.life();
        this.kind = thread;
        this.jitter = jitter;
        this.random = process.world().random(process.name() + "." + thread + "." + life);
    }

    @Override
    public void execute(Runnable task) {
        long now = process.world().now();
        last = Math.max(last, now + pause(jitter));
        at(last - now, task);
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
        if (delayNanos <= 0) {
            execute(task);
        } else {
            at(process.clock().trueNanos(delayNanos) + pause(jitter), task);
        }
    }

    private void at(long nanos, Runnable task) {
        process.afterTrue(nanos, kind, process.name(), life, () -> {
            if (!closed) {
                turns();
                task.run();
            }
        });
    }

    /** A thread that wakes itself again and again gets nothing done. */
    private void turns() {
        World world = process.world();
        long now = world.now() / SECOND;
        turns = now == second ? turns + 1 : 0;
        second = now;
        if (turns > MOST_TURNS) {
            throw world.broken("7", "thread " + kind + " of " + process.name() + " turns without end");
        }
    }

    private long pause(long most) {
        return most == 0 ? 0 : random.nextLong(most);
    }

    /** Drops what has not run. */
    @Override
    public void close() {
        closed = true;
    }
}
