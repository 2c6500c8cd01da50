package io.kintsugi.chaos.history;

import io.kintsugi.client.KintsugiException;
import io.kintsugi.client.Table;
import io.kintsugi.sim.history.History;
import io.kintsugi.sim.history.Invocation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** A table through the product's client; each operation goes into a {@link History} with its times and its outcome. Thread-safe. */
public final class RecordedTable {
    private final Table table;
    private final History history;
    private final int valueBytes;
    private final AtomicLong lastValue = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();

    /** @param valueBytes length of a value, at least 8 */
    public RecordedTable(Table table, History history, int valueBytes) {
        this.table = table;
        this.history = history;
        this.valueBytes = Math.max(Long.BYTES, valueBytes);
    }

    /** Writes a value that was never written before. @return whether it was acknowledged */
    public boolean put(String key) {
        long value = lastValue.incrementAndGet();
        byte[] bytes = ByteBuffer.allocate(valueBytes).putLong(value).array();
        return write(key, value, () -> table.put(bytes(key), bytes));
    }

    public void delete(String key) {
        write(key, Invocation.ABSENT, () -> table.delete(bytes(key)));
    }

    /** A read that fails says nothing about the data. @return whether it was answered */
    public boolean get(String key) {
        long invoked = System.nanoTime();
        try {
            long found =
                    table.get(bytes(key)).map(v -> ByteBuffer.wrap(v).getLong()).orElse(Invocation.ABSENT);
            history.add(key, Invocation.read(found, invoked, returned(invoked)));
            return true;
        } catch (KintsugiException e) {
            refused.incrementAndGet();
            return false;
        }
    }

    /** Operations that failed and of which the client says that they weren't done. */
    public long refused() {
        return refused.get();
    }

    /** Longest time that one operation took, milliseconds: what a client saw of the faults. */
    public long slowestMillis() {
        return slowest.get() / 1_000_000;
    }

    /** Only {@code UNKNOWN} may have been done: the history holds the client to that. */
    private boolean write(String key, long value, Runnable action) {
        long invoked = System.nanoTime();
        try {
            action.run();
            history.add(key, Invocation.write(value, invoked, returned(invoked)));
            return true;
        } catch (KintsugiException e) {
            if (e.reason().equals("UNKNOWN")) {
                history.add(key, Invocation.write(value, invoked, Invocation.NEVER));
            } else {
                refused.incrementAndGet();
            }
            return false;
        }
    }

    private long returned(long invoked) {
        long now = System.nanoTime();
        slowest.accumulateAndGet(now - invoked, Math::max);
        return now;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
