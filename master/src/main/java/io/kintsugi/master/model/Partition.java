package io.kintsugi.master.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A hash slice of a table with its configuration (DESIGN section 6). Every change of the configuration raises {@code epoch}; the mutex
 * is not part of it.
 *
 * @param id unique in the cluster
 * @param index slot within the table, from 0
 * @param target how many members it should have: the table's replicas, or what an operator wants of this one
 * @param members what it should consist of, without {@code joining}
 * @param joining the destination of a move until the swap, or null
 * @param leaving replica id of the source of a move until the swap; 0: none, or a repair that only adds
 * @param inSync replica ids, ascending; a subset of members and joining; they hold every committed entry
 * @param primary replica id, in {@code inSync}; 0: nobody
 * @param mutex who owns the partition, decommission or repair
 * @param mutexOp the op that holds the mutex, or 0
 * @param forced what the last forced recovery left, or null
 * @param away which members are out of service
 */
public record Partition(
        int id,
        int table,
        int index,
        long epoch,
        int target,
        List<Member> members,
        Member joining,
        long leaving,
        List<Long> inSync,
        long primary,
        RestoreMutex mutex,
        long mutexOp,
        Forced forced,
        Away away) {
    private static final int EPOCH_BITS = 40;

    public Partition {
        members = List.copyOf(members);
        inSync = List.copyOf(inSync);
    }

    /** As most are: never recovered by force. */
    public Partition(
            int id,
            int table,
            int index,
            long epoch,
            int target,
            List<Member> members,
            Member joining,
            long leaving,
            List<Long> inSync,
            long primary,
            RestoreMutex mutex,
            long mutexOp) {
        this(
                id, table, index, epoch, target, members, joining, leaving, inSync, primary, mutex, mutexOp, null,
                Away.NONE);
    }

    /**
     * The first epoch of a generation of masters: it stands above the number of changes, so every configuration of generations before is lower. That
     * of the first is 1.
     */
    public static long firstEpoch(long generation) {
        return generation <= 1 ? 1 : generation << EPOCH_BITS;
    }

    /** Members and, while a move runs, the joining one. */
    public List<Member> all() {
        if (joining == null) {
            return members;
        }
        List<Member> all = new ArrayList<>(members);
        all.add(joining);
        return all;
    }

    public Optional<Member> member(long replica) {
        for (Member m : members) {
            if (m.replica() == replica) {
                return Optional.of(m);
            }
        }
        return joining != null && joining.replica() == replica ? Optional.of(joining) : Optional.empty();
    }

    public Optional<Member> onDisk(int disk) {
        return all().stream().filter(m -> m.disk() == disk).findFirst();
    }

    public Optional<Member> onNode(int node) {
        return all().stream().filter(m -> m.node() == node).findFirst();
    }

    /**
     * Whether the joining replica is copied from a broken disk (decision 0008): there is no primary that it could catch up with. A forced recovery,
     * the only other thing that leaves a partition without primary, has no joining one.
     */
    public boolean salvaged() {
        return joining != null && primary == 0;
    }

    /** The same, as what the next configuration is made of: not one by itself. */
    public Partition withoutJoining() {
        return new Partition(
                id, table, index, epoch, target, members, null, 0, inSync, primary, mutex, mutexOp, forced, away);
    }

    public boolean isInSync(long replica) {
        return inSync.contains(replica);
    }

    /**
     * The successor of this configuration: epoch + 1, {@code leftEpoch} set for whoever isn't in-sync in it and was before, {@link
     * Member#NEVER} for who is new and isn't, cleared for whoever is.
     */
    public Partition configured(
            List<Member> newMembers, Member newJoining, long newLeaving, Collection<Long> newInSync, long newPrimary) {
        List<Long> sorted = newInSync.stream().sorted().toList();
        long next = epoch + 1;
        List<Member> marked =
                newMembers.stream().map(m -> mark(m, sorted, next)).toList();
        Member markedJoining = newJoining == null ? null : mark(newJoining, sorted, next);
        Partition successor = new Partition(
                id,
                table,
                index,
                next,
                target,
                marked,
                markedJoining,
                newLeaving,
                sorted,
                newPrimary,
                mutex,
                mutexOp,
                forced,
                Away.NONE);
        return successor.with(away.after(this, successor));
    }

    private Member mark(Member m, List<Long> newInSync, long next) {
        if (newInSync.contains(m.replica())) {
            return m.leftEpoch() == 0 ? m : m.leftAt(0);
        }
        if (m.leftEpoch() != 0) {
            return m;
        }
        return m.leftAt(isInSync(m.replica()) ? next : Member.NEVER);
    }

    /** The same configuration, after a recovery that removed all that it doesn't name; not a change of epoch. */
    public Partition forcedTo(Forced by) {
        return new Partition(
                id, table, index, epoch, target, members, joining, leaving, inSync, primary, mutex, mutexOp, by, away);
    }

    /** The successor that should have another number of members. */
    public Partition withTarget(int newTarget) {
        return new Partition(
                id, table, index, epoch, newTarget, members, joining, leaving, inSync, primary, mutex, mutexOp, forced,
                away);
    }

    /** The same configuration, owned by another; not a change of epoch. */
    public Partition ownedBy(RestoreMutex newMutex, long op) {
        return new Partition(
                id, table, index, epoch, target, members, joining, leaving, inSync, primary, newMutex, op, forced,
                away);
    }

    /** Whether the member isn't taken in-sync before an operator, or automatic failover, lets it. */
    public boolean isHeld(long replica) {
        return away.held().contains(replica);
    }

    /** The same configuration, with members that aren't in-sync held out of service; not a change of epoch. */
    public Partition holding(List<Long> replicas) {
        return replicas.isEmpty() ? this : with(away.holding(replicas));
    }

    /** The same configuration, in which the member may come in-sync again; not a change of epoch. */
    public Partition releasing(long replica) {
        return with(away.releasing(replica));
    }

    private Partition with(Away newAway) {
        return new Partition(
                id, table, index, epoch, target, members, joining, leaving, inSync, primary, mutex, mutexOp, forced,
                newAway);
    }
}
