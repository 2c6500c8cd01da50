package io.kintsugi.master.view;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What datanodes reported to this leader: soft state, written by the control loop's thread alone and never persisted. */
public interface Reports {
    /** Empty for a node that this leader hasn't heard of. */
    Optional<NodeFacts> node(int node);

    Optional<DiskFacts> disk(int disk);

    Optional<ReplicaFacts> replica(long replica);

    /** When the replica's report last showed that it had come further (monotonic); empty before it has reported to this leader. */
    OptionalLong progressed(long replica);

    /** When this leader first heard of the replica while it was joining (monotonic); empty of any other. */
    OptionalLong began(long replica);

    /** Since when, as far as this leader knows, no primary serves the partition (monotonic); empty while one does. */
    OptionalLong unservedSince(int partition);

    /** Bytes a second that copies take off a disk, measured over the last seconds; empty without enough of a look. */
    OptionalLong perSecondOff(int disk, long nowNanos);

    /** The same of the copy into one joining replica. */
    OptionalLong perSecondInto(long replica, long nowNanos);

    /** How far the copy into a joining replica is; empty before its size is known. */
    Optional<Copied> copied(long replica);

    /** Reported replicas of a partition that its configuration doesn't name. */
    Collection<ReplicaFacts> strays(int partition);

    /** What the node keeps of replicas that were removed by force, as it said last; in order of partitions. */
    List<BackupFacts> backups(int node);

    /** What the partition's replicas were counted to hold. */
    Counts counts(int partition);

    /** Partitions of whose replicas a count has told that they differ; what that is worth now, {@code Comparison} says. */
    Collection<Integer> differing();

    /** Whether the partition's replicas are being counted now. */
    boolean counting(int partition);

    /** How many partitions have their primary on the node, by configuration. */
    int primaries(int node);

    /** Copies that the disk takes in: joining replicas until the swap, and those that are just being proposed. */
    int incoming(int disk);

    /** Whether the leader has heard enough to call a silent node dead. */
    boolean judging();

    default Liveness liveness(int node) {
        return node(node).map(NodeFacts::liveness).orElse(Liveness.UNKNOWN);
    }

    default boolean alive(int node) {
        return liveness(node) == Liveness.ALIVE;
    }

    default boolean dead(int node) {
        return liveness(node) == Liveness.DEAD;
    }
}
