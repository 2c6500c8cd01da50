package io.kintsugi.master.state;

import io.kintsugi.master.command.Envelope;
import java.util.List;

/** The replicated state machine, as consensus sees it. One thread calls it. */
public interface Core {
    /** The state before any entry; also what rows are loaded into. */
    ClusterState empty();

    /** Takes a stored row in; used once, at start, for every row. {@link #loaded()} ends it. */
    void load(int table, byte[] key, byte[] value);

    /** The state as loaded. */
    ClusterState loaded();

    /**
     * Applies one entry: every command in order, each on what the one before left. Deterministic. A refused command changes nothing. An
     * exception is an internal error and must stop the process: the state is not to be used any more.
     */
    Applied apply(LogPosition at, List<Envelope> commands);
}
