package io.kintsugi.datanode.replica;

import java.time.Duration;

/**
 * Settings of replication. Times in nanoseconds.
 *
 * @param ackTimeout {@code replica.ack.timeout}: a voter that doesn't acknowledge for so long is proposed out of in-sync
 * @param retryInterval an unanswered append is sent again after this; doubled each time up to {@code retryMax}
 * @param retryMax longest interval of retries to a silent member, and of retried proposals
 * @param lease {@code replica.lease}: granted with each answer; 0: reads on demand only
 * @param drift bound of the relative drift of two machines' clocks
 * @param noticeDelay a commit that no write carries to the members is told by a bare notice after this
 * @param windowMessages appends under way to one member
 * @param maxMessageBytes entries in one append, by {@link Entry#bytes()} (at least one entry goes)
 * @param maxOpenWrites writes that may be open at a primary; more are refused with NOT_READY
 * @param retainBytes log kept for members that are behind; beyond it they are seeded anew
 * @param seedThreshold a member that lacks more entries than this is seeded, even if the log has them
 */
public record ReplicaOptions(
        long ackTimeout,
        long retryInterval,
        long retryMax,
        long lease,
        double drift,
        long noticeDelay,
        int windowMessages,
        int maxMessageBytes,
        int maxOpenWrites,
        long retainBytes,
        long seedThreshold) {

    public static ReplicaOptions defaults() {
        return new ReplicaOptions(
                Duration.ofSeconds(2).toNanos(),
                Duration.ofMillis(500).toNanos(),
                Duration.ofSeconds(5).toNanos(),
                Duration.ofMillis(600).toNanos(),
                0.1,
                Duration.ofMillis(10).toNanos(),
                16,
                1 << 20,
                4096,
                64L << 20,
                50_000);
    }

    /** How long a granter counts a grant: longer than its holder does, whatever their clocks do within the drift. */
    public long grant() {
        return (long) Math.ceil(lease * (1 + drift));
    }
}
