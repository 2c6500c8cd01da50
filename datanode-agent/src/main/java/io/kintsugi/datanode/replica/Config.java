package io.kintsugi.datanode.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * A partition's configuration: every change of it is one command at the master, and raises the epoch. Mirrors {@code PartitionConfig}.
 *
 * @param partition id of the partition, unique in the cluster
 * @param index hash slot within the table
 * @param members replicas that the partition should have, without {@code joining}
 * @param joining destination of a move until the swap; null when there is none. It counts as a member in the rules of replication
 * @param leaving id of the replica that a move replaces; 0: none
 * @param inSync ids of the replicas that hold every committed entry: a subset of members and joining. Ascending
 * @param primary id of the replica that takes reads and writes, one of {@code inSync}; 0: fenced, there is none
 * @param generation of the master group that made it
 * @param target how many members it should have; 0: as many as the table says. Kept for masters that lost their metadata only
 */
public record Config(
        int partition,
        int index,
        TableDefinition table,
        long epoch,
        List<Member> members,
        Member joining,
        long leaving,
        List<Long> inSync,
        long primary,
        long generation,
        int target) {

    public Config {
        members = List.copyOf(members);
        inSync = inSync.stream().sorted().distinct().toList();
    }

    /** Of as many members as the table says. */
    public Config(
            int partition,
            int index,
            TableDefinition table,
            long epoch,
            List<Member> members,
            Member joining,
            long leaving,
            List<Long> inSync,
            long primary,
            long generation) {
        this(partition, index, table, epoch, members, joining, leaving, inSync, primary, generation, 0);
    }

    public Config withMembers(List<Member> others) {
        return new Config(
                partition, index, table, epoch, others, joining, leaving, inSync, primary, generation, target);
    }

    /** How many in-sync replicas a write needs to be taken and acknowledged. */
    public int minInSync() {
        return table == null ? 1 : Math.max(1, table.minInSync());
    }

    /** Members and the joining one, in the order of the configuration. */
    public List<Member> everyone() {
        if (joining == null || member(joining.replica(), members) != null) {
            return members;
        }
        List<Member> all = new ArrayList<>(members);
        all.add(joining);
        return all;
    }

    /** The member or joining replica of this id; null when the configuration doesn't name it. */
    public Member member(long replica) {
        return joining != null && joining.replica() == replica ? joining : member(replica, members);
    }

    public boolean names(long replica) {
        return member(replica) != null;
    }

    public boolean isInSync(long replica) {
        return inSync.contains(replica);
    }

    private static Member member(long replica, List<Member> among) {
        for (Member member : among) {
            if (member.replica() == replica) {
                return member;
            }
        }
        return null;
    }
}
