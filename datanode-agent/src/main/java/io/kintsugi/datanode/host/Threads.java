package io.kintsugi.datanode.host;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that come when there is work and go when there isn't, and waiting for them to end. */
public final class Threads {
    private static final long IDLE_SECONDS = 10;

    private Threads() {}

    /** At most so many threads; none while idle. Further work queues. */
    public static ExecutorService onDemand(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Waits until the thread has ended, however often this one is interrupted meanwhile. */
    static void join(Thread thread) {
        uninterruptibly(() -> {
            thread.join();
            return true;
        });
    }

    /** Lets what runs finish, drops what waits, and returns when no thread is left. */
    public static void stop(ExecutorService pool) {
        pool.shutdownNow();
        uninterruptibly(() -> pool.awaitTermination(1, TimeUnit.SECONDS));
    }

    /** Lets all that was submitted finish. */
    public static void finish(ExecutorService pool) {
        pool.shutdown();
        uninterruptibly(() -> pool.awaitTermination(1, TimeUnit.SECONDS));
    }

    private interface Wait {
        boolean done() throws InterruptedException;
    }

    private static void uninterruptibly(Wait wait) {
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                done = wait.done();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
