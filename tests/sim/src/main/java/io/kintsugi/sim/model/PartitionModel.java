package io.kintsugi.sim.model;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A partition as the naive model knows it: replica ids where the product has members, and who owns it (0: nobody). */
final class PartitionModel {
    /** A replica and where it is. */
    record Place(long replica, int node, int disk) {}

    final int id;
    final int table;
    long epoch;
    final List<Place> members = new ArrayList<>();
    Place joining;
    long leaving;
    final TreeSet<Long> inSync = new TreeSet<>();
    long primary;
    long owner;
    int target;
    /** Replicas that aren't taken in-sync before somebody lets them. */
    final TreeSet<Long> held = new TreeSet<>();

    /** By the last forced recovery: ids up to here were removed, but for the survivor's. */
    long forcedUpTo;

    long survivor;

    PartitionModel(Partition p) {
        id = p.id();
        table = p.table();
        epoch = p.epoch();
        p.members().forEach(m -> members.add(place(m)));
        joining = p.joining() == null ? null : place(p.joining());
        leaving = p.leaving();
        inSync.addAll(p.inSync());
        primary = p.primary();
        owner = p.mutexOp();
        target = p.target();
        held.addAll(p.away().held());
    }

    private static Place place(Member m) {
        return new Place(m.replica(), m.node(), m.disk());
    }

    List<Place> everyone() {
        List<Place> all = new ArrayList<>(members);
        if (joining != null) {
            all.add(joining);
        }
        return all;
    }

    boolean names(long replica) {
        return everyone().stream().anyMatch(m -> m.replica == replica);
    }

    Place member(long replica) {
        return members.stream().filter(m -> m.replica == replica).findFirst().orElse(null);
    }

    /** Whether somebody but {@code except} is on the node. */
    boolean onNode(int node, long except) {
        return everyone().stream().anyMatch(m -> m.node == node && m.replica != except);
    }

    boolean onDisk(int disk) {
        return onDisk(disk, 0);
    }

    /** Whether somebody but {@code except} is on the disk. */
    boolean onDisk(int disk, long except) {
        return everyone().stream().anyMatch(m -> m.disk == disk && m.replica != except);
    }

    int inSyncWithout(long replica) {
        return inSync.size() - (inSync.contains(replica) ? 1 : 0);
    }

    /** Copied from a broken disk. */
    boolean salvaged() {
        return joining != null && primary == 0;
    }

    void dropJoining() {
        inSync.remove(joining.replica);
        joining = null;
        leaving = 0;
        epoch++;
    }

    @Override
    public String toString() {
        return "partition " + id + " epoch " + epoch + " members " + members + " joining " + joining + " leaving "
                + leaving + " in-sync " + inSync + " primary " + primary + " owner " + owner + " target " + target
                + " held " + held;
    }
}
