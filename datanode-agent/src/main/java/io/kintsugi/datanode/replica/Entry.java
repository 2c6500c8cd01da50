package io.kintsugi.datanode.replica;

/**
 * An entry of a partition's log. Its epoch is the one that its primary had stored when it appended it, and never changes.
 * Mirrors {@code LogEntry}. Nobody changes the arrays after the entry is made.
 *
 * @param index counted from 1 without gaps
 * @param client random number of the client instance that wrote; with {@code sequence} it names the write
 * @param timeMs wall-clock time at the primary; expiry of client sessions and of records counts in it
 * @param expiresMs of a put: from this time on, by the same clock, the record isn't there; 0: it stays. Decided once, by the primary
 */
public record Entry(
        long epoch,
        long index,
        Op op,
        byte[] key,
        byte[] value,
        long client,
        long sequence,
        long timeMs,
        long expiresMs) {

    /** Of a record that stays. */
    public Entry(long epoch, long index, Op op, byte[] key, byte[] value, long client, long sequence, long timeMs) {
        this(epoch, index, op, key, value, client, sequence, timeMs, 0);
    }

    /** What an entry does to the data. */
    public enum Op {
        NOOP,
        PUT,
        DELETE,
        /** A put whose condition didn't hold: it changes no data, but its session remembers that it was refused. */
        REFUSED
    }

    private static final byte MARK = 'v';

    /**
     * A mark: all replicas count what they hold right after it. It is an operation that does nothing, with a key, so that a version that knows
     * no marks takes it for just that.
     *
     * @param request of whoever asked for it
     */
    public static Entry mark(long epoch, long index, long request, long timeMs) {
        return new Entry(epoch, index, Op.NOOP, new byte[] {MARK}, null, 0, request, timeMs);
    }

    /** Whether it is a {@link #mark}; its sequence is the request. */
    public boolean isMark() {
        return op == Op.NOOP && key != null && key.length == 1 && key[0] == MARK;
    }

    /** Bytes that the entry takes in memory or in a message, roughly. */
    public int bytes() {
        return 64 + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }
}
