package io.kintsugi.datanode.host;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Work that may wait for a disk: what is handed over for one lane runs in the order of its arrival, several lanes run at the same time, so that
 * one replica's flush or install holds up no other. Thread-safe.
 */
final class Lanes {
    private final HostRuntime.Pool pool;
    /** What waits behind the work that runs; no queue: the lane is idle. */
    private final Map<Long, ArrayDeque<Runnable>> waiting = new HashMap<>();

    /** @param pool its size is the number of lanes at work at the same time */
    Lanes(HostRuntime.Pool pool) {
        this.pool = pool;
    }

    /** @param work must not throw */
    void execute(long lane, Runnable work) {
        synchronized (waiting) {
            ArrayDeque<Runnable> behind = waiting.get(lane);
            if (behind != null) {
                behind.add(work);
                return;
            }
            waiting.put(lane, new ArrayDeque<>(2));
        }
        pool.execute(() -> {
            for (Runnable next = work; next != null; next = next(lane)) {
                next.run();
            }
        });
    }

    private Runnable next(long lane) {
        synchronized (waiting) {
            Runnable next = waiting.get(lane).poll();
            if (next == null) {
                waiting.remove(lane);
            }
            return next;
        }
    }

    /** Lets all that was handed over finish. */
    void finish() {
        pool.finish();
    }

    /** Lets what runs finish, drops what waits for a thread, and returns when no thread is left. */
    void stop() {
        synchronized (waiting) {
            waiting.values().forEach(ArrayDeque::clear);
        }
        pool.stop();
    }
}
