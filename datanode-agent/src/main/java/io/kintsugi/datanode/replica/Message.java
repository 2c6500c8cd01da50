package io.kintsugi.datanode.replica;

import java.util.List;

/**
 * What replicas of a partition say to each other; mirrors the bodies of {@code ReplicationMessage}. {@link #epoch()} is the sender's
 * stored epoch and travels in the envelope, with the ids of the partition and of both replicas.
 */
public sealed interface Message {
    long epoch();

    /**
     * From the primary: after the entry {@code prev} come these entries; {@code commitIndex} is committed.
     *
     * @param config the epoch's whole configuration; null when the receiver is known to have stored it
     * @param sentAtNanos primary's monotonic clock, echoed by the answer: leases count from it
     * @param freeUpTo log up to here may be freed, as far as the receiver's own flushed data allows (rule 16)
     */
    record Append(
            long epoch,
            Config config,
            long prevEpoch,
            long prevIndex,
            List<Entry> entries,
            long commitIndex,
            long sentAtNanos,
            long freeUpTo)
            implements Message {}

    /**
     * From a member: its log is synced and equal to the primary's up to {@code index}, proved by the message that this answers.
     *
     * @param sentAtNanos echo of {@link Append#sentAtNanos()}
     * @param leaseNanos lease granted, counted by the primary from {@code sentAtNanos}; 0: none
     */
    record Ack(long epoch, long index, long sentAtNanos, long leaseNanos) implements Message {}

    /**
     * From a member that can't take an append. Either it has stored a higher epoch ({@code config} is that epoch's configuration and
     * {@code epoch} is above the append's), or it doesn't hold the entry before.
     *
     * @param prevIndex of the append that is refused
     * @param nextIndex the index to try next, at most {@code prevIndex}
     * @param config null unless fenced
     */
    record Reject(long epoch, long prevIndex, long nextIndex, Config config) implements Message {}

    /** From the primary: is this still your epoch? Asked after the reads of that round came in (rule 15). */
    record ConfirmRead(long epoch, long round) implements Message {}

    /** From a member: when this question arrived its stored epoch was {@code epoch}. */
    record ReadConfirmed(long epoch, long round) implements Message {}

    /**
     * From the primary: the log that the receiver needs is freed, or a copy is cheaper.
     *
     * @param source in-sync member to download a checkpoint from
     * @param neededIndex the checkpoint must hold at least the entries up to here
     */
    record SeedOffer(long epoch, Member source, long neededIndex) implements Message {}
}
