package io.kintsugi.master.port;

import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Where the state is kept. Raft's log is its write-ahead log: {@link #write} need not survive a crash, {@link #flush} does. */
public interface StateStore extends AutoCloseable {
    /** The position up to which the store holds all effects. */
    LogPosition applied();

    /** Effects and position, atomically. Any failure is fatal: a later write must not cover up for a lost one. */
    void write(List<Change> changes, LogPosition applied);

    /** Calls back for everything stored, table by table, keys ascending. */
    void forEach(Reader reader);

    /**
     * Calls back for rows of one table, from a key on, until told to stop. Not within {@link #write}.
     *
     * @param up keys ascending; else descending
     */
    default void scan(int table, byte[] from, boolean up, Scan scan) {
        List<Map.Entry<byte[], byte[]>> rows = new ArrayList<>();
        forEach((of, key, value) -> {
            int order = Arrays.compareUnsigned(key, from);
            if (of == table && (up ? order >= 0 : order <= 0)) {
                rows.add(up ? rows.size() : 0, Map.entry(key, value));
            }
        });
        for (Map.Entry<byte[], byte[]> row : rows) {
            if (!scan.row(row.getKey(), row.getValue())) {
                return;
            }
        }
    }

    /** Makes everything written so far durable; returns the position that is. */
    LogPosition flush();

    /** A copy of the flushed store in a directory that must not exist yet (hard links where possible). */
    void checkpoint(Path directory);

    @Override
    void close();

    /** Receives rows of one table. */
    interface Scan {
        /** @return whether to go on */
        boolean row(byte[] key, byte[] value);
    }

    /** Receives stored rows. */
    interface Reader {
        void row(int table, byte[] key, byte[] value);
    }
}
