package io.kintsugi.datanode.replica;

/**
 * An entry of a partition's log. Its epoch is the one that its primary had stored when it appended it, and never changes.
 * Mirrors {@code LogEntry}. Nobody changes the arrays after the entry is made.
 *
 * @param index counted from 1 without gaps
 * @param client random number of the client instance that wrote; with {@code sequence} it names the write
 * @param timeMs wall-clock time at the primary; expiry of client sessions counts in it
 */
public record Entry(long epoch, long index, Op op, byte[] key, byte[] value, long client, long sequence, long timeMs) {

    /** What an entry does to the data. */
    public enum Op {
        NOOP,
        PUT,
        DELETE
    }

    /** Bytes that the entry takes in memory or in a message, roughly. */
    public int bytes() {
        return 64 + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }
}
