package io.kintsugi.master.state;

import io.kintsugi.master.command.Envelope;
import java.util.List;
import java.util.Optional;

/** The replicated state machine, as consensus sees it. One thread calls it. */
public interface Core {
    /** Starts over: the state before any entry, which is also what rows are loaded into. A snapshot that is installed begins with this. */
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

    /** A digest and the entry after which it was the state's: what the leader proposes in {@code VerifyDigest}. */
    record DigestAt(long index, long digest) {}

    /** The newest recorded digest: one is recorded about every thousand entries. Empty until then, and after each start. */
    default Optional<DigestAt> recordedDigest() {
        return Optional.empty();
    }

    /** Set for good once a {@code VerifyDigest} differed from what this master had: it must stop serving and be seeded anew. */
    default Optional<String> diverged() {
        return Optional.empty();
    }
}
