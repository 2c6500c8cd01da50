package io.kintsugi.datanode.replica;

import java.util.List;

/**
 * What the machine wants done. All calls come on the driver's thread, during an event. An implementation must not call the machine
 * back before that event returns: it queues what it would have to say.
 */
public interface Effects {
    /** Sends, without any promise: messages may be lost, late, doubled and out of order. */
    void send(Member to, Message message);

    /** Writes and syncs; {@link Replica#onPersisted} follows, in the order of tickets. Several may be under way. */
    void persist(Batch batch);

    /**
     * Applies committed entries to the data store, in order, each once: entries and applied index in one write, without WAL.
     *
     * @return a result for each entry, in the same order
     */
    List<ApplyResult> apply(List<Entry> entries);

    /**
     * Decides about a write with a condition: as if all these entries were applied, which nobody can hinder unless this replica's office ends.
     *
     * @param unapplied the entries of the log that follow the applied ones, to its end
     */
    default Verdict judge(List<Entry> unapplied, WriteRequest request) {
        throw new UnsupportedOperationException("there are no conditions here");
    }

    /** The newest time of all that is applied, by which records and sessions expire. */
    default long appliedTimeMs() {
        return 0;
    }

    void replyWrite(long token, WriteOutcome outcome);

    /** A write's condition doesn't hold ({@link WriteOutcome#CONDITION_FAILED}). */
    default void replyRefused(long token, Verdict verdict) {
        replyWrite(token, WriteOutcome.CONDITION_FAILED);
    }

    void replyRead(long token, ReadOutcome outcome);

    /** Sends to the master. The answer is a configuration ({@link Replica#onConfiguration}), or nothing at all. */
    void propose(Proposal proposal);

    /** The one deadline of this replica: {@link Replica#onTimer} is due then; {@code Long.MAX_VALUE} takes it back. */
    void wakeAt(long nanos);

    /**
     * Downloads a checkpoint of that member that holds at least {@code neededIndex}, syncs it beside the data, then calls
     * {@link Replica#onSeedReady}; or {@link Replica#onSeedFailed} when that source can't give one.
     */
    void startSeed(Member source, long neededIndex);

    /**
     * The same, of all that a replica on a broken disk left, synced entries included that nobody knows to be committed: whoever is seeded so is
     * to be the only one to go on with.
     *
     * @param fence the source, as good as a voter with it, is to store this before it gives anything
     */
    default void startSalvage(Member source, Config fence) {
        throw new UnsupportedOperationException("there are no broken disks here");
    }

    /** The downloaded checkpoint isn't needed any more: delete it. */
    void dropSeed();

    /** Entries up to this index may be deleted, now or later; the {@linkplain LogView#base() base} moves when they are. */
    void freeLog(long upTo);

    /** For the operator: a member that isn't in-sync has now all that this primary's log held when its catching up began. */
    default void caughtUp(Member member, long from, long to, long nanos) {}

    /** Rule 5: the replica has stopped and keeps its files. Its status says so from now on. */
    void alarm(String reasonCode, String text);
}
