package io.kintsugi.datanode.replica;

/**
 * A client's write.
 *
 * @param timeMs wall-clock time of the driver when it took the request
 * @param ttlMs of a put: so long the record lives; 0: as long as its table says; below 0: for ever
 * @param condition under which alone it is done; null: none
 */
public record WriteRequest(
        Entry.Op op,
        byte[] key,
        byte[] value,
        long client,
        long sequence,
        long timeMs,
        long ttlMs,
        Condition condition) {

    /** Without a condition, living as long as the table says. */
    public WriteRequest(Entry.Op op, byte[] key, byte[] value, long client, long sequence, long timeMs) {
        this(op, key, value, client, sequence, timeMs, 0, null);
    }

    /**
     * When the record goes.
     *
     * @param nowMs the partition's time, which may be ahead of the request's
     * @return 0: never
     */
    long expiresMs(TableDefinition table, long nowMs) {
        long lives = ttlMs == 0 && table != null ? table.ttlMs() : ttlMs;
        long from = Math.max(timeMs, nowMs);
        return op != Entry.Op.PUT || lives <= 0 || lives > Long.MAX_VALUE - from ? 0 : from + lives;
    }
}
