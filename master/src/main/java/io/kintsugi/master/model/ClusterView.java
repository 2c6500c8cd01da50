package io.kintsugi.master.model;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole state, read-only and immutable: whoever holds one sees the cluster as it was after one entry. Collections are ordered by id.
 * Everything that is asked often is an index, so nobody scans all partitions.
 */
public interface ClusterView {
    /** Empty before {@code meta init}. */
    Optional<Cluster> cluster();

    /** Effective settings: what was set, and the defaults of {@link Setting}. */
    Settings settings();

    Collection<Nodeset> nodesets();

    Optional<Nodeset> nodeset(int id);

    Collection<Node> nodes();

    Optional<Node> node(int id);

    Optional<Node> nodeByUuid(String uuid);

    Optional<Node> nodeByName(String name);

    Collection<Disk> disks();

    Optional<Disk> disk(int id);

    Optional<Disk> diskByUuid(String uuid);

    Collection<Disk> disksOfNode(int node);

    Collection<Table> tables();

    Optional<Table> table(int id);

    /** Tables that are dropped keep their name until they are purged, under another key: this finds serving ones only. */
    Optional<Table> tableByName(String name);

    Optional<Partition> partition(int id);

    /** Whether that id was given to a partition and the partition is there no more: its table was purged. Ids are never given out twice. */
    boolean purged(int partition);

    /** The highest ids that were given out. */
    Ids given();

    /** How often settings were changed. */
    long settingsRevision();

    /** By slot. */
    Collection<Partition> partitionsOfTable(int table);

    /** Ids of the partitions that have a member or a joining replica on the disk. */
    Collection<Integer> partitionsOnDisk(int disk);

    int partitionCount();

    Optional<Op> op(long id);

    /** Ops that haven't ended, oldest first. */
    Collection<Op> openOps();

    /** All that are kept, ended ones included, oldest first. */
    Collection<Op> ops();

    /** Parts of an op, open and ended. */
    Collection<Op> children(long parent);

    /** Decommissions of disks that haven't ended, the oldest first. */
    Collection<Op> openDrains();

    /** Moves and repairs that wait to be admitted: just asked for, or taken back by an attempt that came to nothing. */
    Collection<Op> markedMoves();

    /** Repairs that haven't ended, the oldest first. */
    Collection<Op> openRepairs();

    /** Moves and repairs of the partition that haven't ended: at most one of them owns it. */
    Collection<Op> openMoves(int partition);

    /** Returns to service of the partition's members that haven't ended. */
    Collection<Op> openRejoins(int partition);

    /** The recovery of all data that goes on; there is one at most. */
    Optional<Op> openRescue();

    /** Partitions that a disk decommission has given up, with the move that Failed or was Cancelled. */
    Map<Integer, Op> givenUp(long drain);

    /** Moves that hold a token of the nodeset: derived from the open ops. */
    Collection<Op> movesOfNodeset(int nodeset);

    /** Moves that are copying to the disk: their destination there is added and not swapped in yet. */
    Collection<Op> movesToDisk(int disk);

    Map<Integer, Partition> partitions();

    /** Ids of partitions whose data an operator has given up. */
    Set<Integer> discards();

    default boolean discarded(int partition) {
        return discards().contains(partition);
    }

    /** What the entry that led to this view touched. */
    Touched touched();
}
