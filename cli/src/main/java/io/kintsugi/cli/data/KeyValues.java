package io.kintsugi.cli.data;

import java.util.Optional;

/** Tables' data, as {@code kv} and {@code bench} use it. Safe for many threads. Failures are {@link DataException}. */
public interface KeyValues extends AutoCloseable {
    /** Writes; returns when it is acknowledged. */
    void put(String table, byte[] key, byte[] value);

    /** Reads the newest value; empty when there is none. */
    Optional<byte[]> get(String table, byte[] key);

    /** Removes, whether the key is there or not. */
    void delete(String table, byte[] key);

    @Override
    void close();
}
