package io.kintsugi.master.port;

import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import java.nio.file.Path;
import java.util.List;

/** Where the state is kept. Raft's log is its write-ahead log: {@link #write} need not survive a crash, {@link #flush} does. */
public interface StateStore extends AutoCloseable {
    /** The position up to which the store holds all effects. */
    LogPosition applied();

    /** Effects and position, atomically. Any failure is fatal: a later write must not cover up for a lost one. */
    void write(List<Change> changes, LogPosition applied);

    /** Calls back for everything stored, table by table, keys ascending. */
    void forEach(Reader reader);

    /** Makes everything written so far durable; returns the position that is. */
    LogPosition flush();

    /** A copy of the flushed store in a directory that must not exist yet (hard links where possible). */
    void checkpoint(Path directory);

    @Override
    void close();

    /** Receives stored rows. */
    interface Reader {
        void row(int table, byte[] key, byte[] value);
    }
}
