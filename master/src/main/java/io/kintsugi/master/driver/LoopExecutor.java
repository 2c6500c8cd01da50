package io.kintsugi.master.driver;

/** The one thread that a control loop runs on, as a port: a simulation steps it. */
public interface LoopExecutor extends AutoCloseable {
    /** Runs it after everything given before. Never runs it at once, whoever calls. */
    void execute(Runnable task);

    /** Runs it after so many nanoseconds. */
    void schedule(long delayNanos, Runnable task);

    @Override
    void close();
}
