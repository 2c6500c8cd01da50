package io.kintsugi.master.driver;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real thread. What is given after {@link #close} is dropped. */
public final class LoopThread implements LoopExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);
    private final ScheduledThreadPoolExecutor executor;

    public LoopThread(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
        try {
            executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("control loop is closed: a task is dropped", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
