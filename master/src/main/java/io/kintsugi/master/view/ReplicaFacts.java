package io.kintsugi.master.view;

import java.util.List;
import java.util.Optional;

/**
 * What a datanode last said of a replica.
 *
 * @param epoch its stored epoch
 * @param lastEpoch of the last entry in its log
 * @param lastIndex of the last entry in its log
 * @param bytes data on disk
 * @param seeded how far the copy under way is
 * @param detail an error, for the operator
 * @param peers {@link Peers#digest} of the replicas that its stored configuration names; 0: it didn't say
 * @param records live ones, roughly; {@link #UNKNOWN}: it didn't say
 * @param otherPeers those replicas, where they aren't those of the masters' configuration of the same epoch; else empty
 */
public record ReplicaFacts(
        long replica,
        int partition,
        int node,
        int disk,
        long epoch,
        Role role,
        State state,
        long lastEpoch,
        long lastIndex,
        long bytes,
        Copied seeded,
        String detail,
        int peers,
        List<Long> otherPeers,
        long records) {
    /** What {@code records} is when the datanode doesn't say. */
    public static final long UNKNOWN = -1;

    /** Of a replica that says nothing of its stored configuration. */
    public ReplicaFacts(
            long replica,
            int partition,
            int node,
            int disk,
            long epoch,
            Role role,
            State state,
            long lastEpoch,
            long lastIndex,
            long bytes,
            long seedDoneBytes,
            long seedTotalBytes,
            String detail) {
        this(
                replica,
                partition,
                node,
                disk,
                epoch,
                role,
                state,
                lastEpoch,
                lastIndex,
                bytes,
                Copied.of(seedDoneBytes, seedTotalBytes),
                detail,
                0,
                List.of(),
                UNKNOWN);
    }

    /** What the replica does in its partition. */
    public enum Role {
        NONE,
        MEMBER,
        PRIMARY
    }

    /** Whether it can do it. */
    public enum State {
        OK,
        /** Downloads a checkpoint. */
        SEEDING,
        /** Holds all that a broken disk gave; there is no primary yet. */
        SALVAGED,
        /** Its files are gone or its disk is broken: it never comes back under its id. */
        LOST,
        /** To be seeded under a new id. */
        CORRUPT,
        /** Stopped: it would have had to drop a committed entry. */
        ALARM
    }

    /** The same, with what its stored configuration names. */
    public ReplicaFacts naming(int digest, List<Long> others) {
        return new ReplicaFacts(
                replica, partition, node, disk, epoch, role, state, lastEpoch, lastIndex, bytes, seeded, detail, digest,
                others, records);
    }

    /** The same, with how many live records there are. */
    public ReplicaFacts counting(long live) {
        return new ReplicaFacts(
                replica,
                partition,
                node,
                disk,
                epoch,
                role,
                state,
                lastEpoch,
                lastIndex,
                bytes,
                seeded,
                detail,
                peers,
                otherPeers,
                live);
    }

    /** Of the copy under way. */
    public long seedDoneBytes() {
        return seeded.done();
    }

    /** Of the copy under way. */
    public long seedTotalBytes() {
        return seeded.total();
    }

    /** Whether it can never serve again under this id, or not without a human. */
    public boolean broken() {
        return state == State.LOST || state == State.CORRUPT || state == State.ALARM;
    }

    /** Why the last copy that came to it can't be read, if it can't: what the source has is spoilt. */
    public Optional<String> unreadableCopy() {
        return after("COPY_UNREADABLE: ");
    }

    /** What of its own it can't read, when nobody else is in-sync. */
    public Optional<String> unreadableData() {
        return after("DATA_UNREADABLE: ");
    }

    private Optional<String> after(String code) {
        return detail.startsWith(code) ? Optional.of(detail.substring(code.length())) : Optional.empty();
    }

    /** Whether it is where it was, in the same role, state and epoch. */
    boolean standsLike(ReplicaFacts other) {
        return epoch == other.epoch
                && role == other.role
                && state == other.state
                && node == other.node
                && disk == other.disk
                && seeded.equals(other.seeded)
                && peers == other.peers
                && detail.equals(other.detail);
    }
}
