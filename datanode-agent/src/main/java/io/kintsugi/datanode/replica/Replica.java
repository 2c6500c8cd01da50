package io.kintsugi.datanode.replica;

/**
 * One replica of one partition. All calls come from one thread; {@code now} is that machine's monotonic clock in nanoseconds and
 * never goes back. See the package's documentation, and DESIGN section 6 for the rules that the comments name.
 */
public final class Replica {
    /**
     * A replica that was just created and never answered anybody. It has no configuration yet: call {@link #onConfiguration} with
     * the one that it is created with (its first batch stores it).
     */
    public static Replica create(long id, LogView log, ReplicaOptions options, Effects effects, long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * A replica opened from its disk: it has no role until it hears of one.
     *
     * @param config as stored last
     * @param applied the last entry in the flushed data store
     */
    public static Replica open(
            long id, Config config, LogView log, EntryId applied, ReplicaOptions options, Effects effects, long now) {
        throw new UnsupportedOperationException();
    }

    /** The master, or anybody, told this configuration; ignored unless its epoch is above the stored one. */
    public void onConfiguration(Config config, long now) {
        throw new UnsupportedOperationException();
    }

    /** A message from the replica {@code from} of this partition to this replica. */
    public void onMessage(long from, Message message, long now) {
        throw new UnsupportedOperationException();
    }

    /** A client's write; {@link Effects#replyWrite} answers it once, with this token, perhaps within this call. */
    public void onClientWrite(WriteRequest request, long token, long now) {
        throw new UnsupportedOperationException();
    }

    /** A client's read; {@link Effects#replyRead} answers it once, with this token, perhaps within this call. */
    public void onClientRead(long token, long now) {
        throw new UnsupportedOperationException();
    }

    /** The batch of this ticket, and all before it, is synced and {@link LogView} shows it. */
    public void onPersisted(long ticket, long now) {
        throw new UnsupportedOperationException();
    }

    /** A checkpoint is downloaded and synced. The machine answers with a batch that installs it, or with {@link Effects#dropSeed}. */
    public void onSeedReady(Checkpoint checkpoint, long now) {
        throw new UnsupportedOperationException();
    }

    /** The download that {@link Effects#startSeed} asked for has failed; the primary will offer another. */
    public void onSeedFailed(long now) {
        throw new UnsupportedOperationException();
    }

    /** The data store is flushed: what it had applied up to this index survives a crash. */
    public void onFlushed(long appliedIndex, long now) {
        throw new UnsupportedOperationException();
    }

    /** The stream to another replica's node is up again: ask it at once instead of at the next retry. */
    public void onPeerUp(long replica, long now) {
        throw new UnsupportedOperationException();
    }

    /** The deadline of {@link Effects#wakeAt} is reached. Harmless at other times. */
    public void onTimer(long now) {
        throw new UnsupportedOperationException();
    }

    /** Ends the replica's work (shutdown, broken disk, deletion): open requests are answered, then every event is ignored. */
    public void close(long now) {
        throw new UnsupportedOperationException();
    }

    public ReplicaStatus status() {
        throw new UnsupportedOperationException();
    }

    /** Applied state may be read or checkpointed now: the configuration that a checkpoint taken in this event carries. */
    public Config config() {
        throw new UnsupportedOperationException();
    }
}
