package io.kintsugi.chaos;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.KintsugiException;
import io.kintsugi.client.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Writes throughout and records what was acknowledged. Each thread owns the keys whose number leaves its own remainder, so the versions of
 * a key are written one after another: what is read later must be the last acknowledged version or one attempted after it.
 */
public final class RecordingWriter implements AutoCloseable {
    private final KintsugiClient client;
    private final Table table;
    private final int keys;
    private final int valueBytes;
    private final AtomicLongArray acknowledged;
    private final AtomicLongArray attempted;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Throwable failure;

    public RecordingWriter(KintsugiClient client, String table, int keys, int valueBytes) {
        this.client = client;
        this.table = client.table(table);
        this.keys = keys;
        this.valueBytes = Math.max(Long.BYTES, valueBytes);
        this.acknowledged = new AtomicLongArray(keys);
        this.attempted = new AtomicLongArray(keys);
    }

    /** Writes every key once, with the given parallelism, and returns when all are acknowledged. */
    public void fill(int parallelism) {
        run(parallelism, true);
        join();
    }

    /** Goes on writing random keys until {@link #stop}. */
    public void start(int parallelism) {
        stopped = false;
        run(parallelism, false);
    }

    /** Stops after the write under way; fails if a writer died of something that isn't an outcome. */
    public void stop() {
        stopped = true;
        join();
    }

    public long writes() {
        return writes.get();
    }

    public long unknown() {
        return unknown.get();
    }

    /** Writes that weren't done, since nobody took them for as long as a client waits. */
    public long refused() {
        return refused.get();
    }

    /** Longest time that one write took, milliseconds: what a client saw of the faults. */
    public long slowestMillis() {
        return slowestNanos.get() / 1_000_000;
    }

    /** The longest time is that of the writes that end from now on. */
    public void forgetSlowest() {
        slowestNanos.set(0);
    }

    /** What is wrong with the data, one line a key; empty when nothing acknowledged is missing or stale. */
    public List<String> check() {
        List<String> wrong = new ArrayList<>();
        for (int from = 0; from < keys; from += 512) {
            List<java.util.concurrent.CompletableFuture<Optional<byte[]>>> reads = new ArrayList<>();
            for (int k = from; k < Math.min(keys, from + 512); k++) {
                reads.add(table.getAsync(key(k)));
            }
            for (int i = 0; i < reads.size(); i++) {
                int k = from + i;
                long found = reads.get(i)
                        .join()
                        .map(v -> ByteBuffer.wrap(v).getLong())
                        .orElse(0L);
                if (found < acknowledged.get(k) || found > attempted.get(k)) {
                    wrong.add("key " + k + " reads version " + found + "; acknowledged " + acknowledged.get(k)
                            + ", attempted up to " + attempted.get(k));
                }
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        stop();
        client.close();
    }

    private void run(int parallelism, boolean each) {
        for (int t = 0; t < parallelism; t++) {
            int thread = t;
            threads.add(Thread.ofPlatform().name("writer-" + t).start(() -> {
                try {
                    if (each) {
                        for (int k = thread; k < keys; k += parallelism) {
                            write(k);
                        }
                    } else {
                        Random random = new Random(thread);
                        int own = (keys - thread + parallelism - 1) / parallelism;
                        while (!stopped) {
                            write(thread + parallelism * random.nextInt(own));
                        }
                    }
                } catch (RuntimeException e) {
                    failure = e;
                }
            }));
        }
    }

    private void write(int k) {
        long version = attempted.incrementAndGet(k);
        long begin = System.nanoTime();
        try {
            table.put(key(k), ByteBuffer.allocate(valueBytes).putLong(version).array());
            acknowledged.set(k, version);
            writes.incrementAndGet();
        } catch (KintsugiException e) {
            if (e.reason().equals("UNKNOWN")) {
                unknown.incrementAndGet();
            } else if (e.reason().equals("TIMED_OUT")) {
                refused.incrementAndGet();
            } else {
                throw e;
            }
        } finally {
            slowestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
        }
    }

    private void join() {
        try {
            for (Thread t : threads) {
                t.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
        if (failure != null) {
            throw new IllegalStateException("a writer failed", failure);
        }
    }

    private static byte[] key(int k) {
        return ("key-" + k).getBytes(StandardCharsets.UTF_8);
    }
}
