package io.kintsugi.chaos.run;

import io.kintsugi.chaos.history.RecordedTable;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.sim.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that read, write and delete a few keys at the same time, without a pause longer than a few milliseconds. Every ten seconds they
 * go on to other keys, so that no key's history grows without bound; some reads go back to old ones.
 */
final class Clients implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int KEYS_AT_ONCE = 12;
    private static final long KEYS_LIVE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int LAST_READ_TRIES = 5;

    private final KintsugiClient client;
    private final String tableName;
    private final RecordedTable table;
    private final History history;
    private final long began = System.nanoTime();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    Clients(KintsugiClient client, String tableName, History history, long seed) {
        this.client = client;
        this.tableName = tableName;
        this.history = history;
        this.table = new RecordedTable(client.table(tableName), history, 256);
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed * 31 + t);
            threads.add(Thread.ofPlatform().name("client-" + t).start(() -> run(random)));
        }
    }

    String tableName() {
        return tableName;
    }

    History history() {
        return history;
    }

    RecordedTable table() {
        return table;
    }

    /** Ends the clients; what is under way gets its outcome. */
    void stop() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a client failed", failure.get());
        }
    }

    /** Reads every key that was ever used, so that a lost write shows. @return keys that could not be read */
    List<String> readAll() {
        List<String> unread = new ArrayList<>();
        for (String key : history.keys()) {
            int tries = 1;
            while (!table.get(key) && tries < LAST_READ_TRIES) {
                tries++;
            }
            if (tries == LAST_READ_TRIES) {
                unread.add(key);
            }
        }
        return unread;
    }

    private void run(Random random) {
        try {
            while (!stopped) {
                long batch = (System.nanoTime() - began) / KEYS_LIVE_NANOS;
                int number = random.nextInt(KEYS_AT_ONCE);
                int dice = random.nextInt(100);
                if (dice < 10) {
                    table.get(key(random.nextLong(batch + 1), number));
                } else if (dice < 45) {
                    table.get(key(batch, number));
                } else if (dice < 95) {
                    table.put(key(batch, number));
                } else {
                    table.delete(key(batch, number));
                }
                LockSupport.parkNanos(random.nextLong(PAUSE_NANOS));
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private static String key(long batch, int number) {
        return batch + "-" + number;
    }

    @Override
    public void close() {
        stopped = true;
        client.close();
    }
}
