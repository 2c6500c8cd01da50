package io.kintsugi.datanode.host;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where a datanode's work runs, as a port: {@link ThreadRuntime} gives it threads, a simulation runs all of it in one thread on virtual
 * time. Nothing else in this package makes a thread. Names are for people who look at threads.
 */
public interface HostRuntime {
    /** @param afterBatch called once after whatever was waiting has run */
    Loop loop(String name, Runnable afterBatch);

    /** @param most things in one batch */
    <T> Batcher<T> batcher(String name, int most, Consumer<List<T>> handler);

    /** @param threads at work at the same time; none is kept while idle */
    Pool pool(String name, int threads);

    /** Lets the work of a pool that calls this wait for so long. */
    void sleep(long nanos) throws InterruptedException;

    /** Runs events one after another in the order of their arrival, and timers. */
    interface Loop {
        void start();

        /** Queues an event; never runs it at once. @return false after {@link #stop}: it was dropped */
        boolean execute(Runnable event);

        Timer timer(Runnable action);

        /** Runs what was queued so far, then ends; returns when nothing of it runs any more. */
        void stop();
    }

    /** Something with one deadline that moves often; moving it later costs nothing. All methods belong to the loop. */
    interface Timer {
        /** @param nanos of the clock; {@link Long#MAX_VALUE}: never */
        void at(long nanos);
    }

    /** What is submitted gathers while the handler works; then all that has gathered is its next batch. */
    interface Batcher<T> {
        void start();

        void submit(T thing);

        /** Lets the handler have what was submitted so far, then ends. */
        void stop();
    }

    /** Work that may take long, without an order. */
    interface Pool {
        void execute(Runnable work);

        /** Returns when all of it is done. */
        void runAll(List<Runnable> work);

        /** Lets all that was handed over finish, then ends. */
        void finish();

        /** Lets what runs finish, drops what waits, and ends. */
        void stop();

        /** As {@link #stop}, but nobody waits for what runs: it may hang with a disk. */
        default void abandon() {
            stop();
        }
    }
}
