package io.kintsugi.datanode.store;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * One replica's bytes by key, as a port: a store without a WAL, so a crash takes back everything after some batch not older than the last
 * {@link #flush}. Writes come from one thread; everything else may run beside them. Every failure is a {@link StorageException}.
 */
public interface KeyValues extends AutoCloseable {
    /** Changes that are written together; later ones win over earlier ones. */
    interface Batch extends AutoCloseable {
        void put(byte[] key, byte[] value);

        void delete(byte[] key);

        @Override
        void close();
    }

    /** What the store held at one moment, whatever is written since. Any thread, one at a time; closed before the store is. */
    interface Snapshot extends AutoCloseable {
        /** Null when there was no such key. */
        byte[] get(byte[] key);

        /** The keys from this one on, in order, with their values, until the visitor has had enough or there are no more. */
        void scan(byte[] from, BiPredicate<byte[], byte[]> visitor);

        @Override
        void close();
    }

    Batch batch();

    void write(Batch batch);

    /** Null when there is no such key. */
    byte[] get(byte[] key);

    /** All keys that begin with this byte, in order, with their values. */
    void scan(byte prefix, BiConsumer<byte[], byte[]> visitor);

    /** Costs little, and holds up nothing. Belongs to the thread that writes. */
    Snapshot snapshot();

    /** Everything written before it began survives a crash once this returns. */
    void flush();

    /** Takes a copy, on the same disk, into a directory that must not exist. Holds all that was written before; it is durable but for its name. */
    void checkpoint(Path directory);

    /** Reads all that is flushed. @throws StorageException REPLICA when some of it isn't what was written */
    void verify();

    /** Bytes of the data, in files and in memory. */
    long bytes();

    /** How many keys there are, roughly: what was written twice may count twice. */
    long estimatedKeys();

    /** Closes without flushing. */
    @Override
    void close();
}
