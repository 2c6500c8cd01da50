package io.kintsugi.master.model;

import java.util.List;

/** When a move may take a replica out: the rules by which apply refuses, and by which the planner doesn't even ask. */
public final class Redundancy {
    private Redundancy() {}

    public static List<Long> without(Partition p, long replica) {
        return p.inSync().stream().filter(r -> r != replica).toList();
    }

    /**
     * How many in-sync replicas the swap must leave.
     *
     * @param replicas the table's
     */
    public static int floor(Move move, int replicas) {
        return Math.min(replicas, move.notedInSync());
    }

    public static boolean swapKeeps(Partition p, Move move, int replicas) {
        return without(p, move.source()).size() >= floor(move, replicas);
    }

    /** Whether the destination can go without taking redundancy along that the partition would have by going on. */
    public static boolean dropKeeps(Partition p, Move move, int replicas) {
        if (!p.isInSync(move.destination())) {
            return true;
        }
        int left = without(p, move.destination()).size();
        return left >= floor(move, replicas) || left > 0 && !swapKeeps(p, move, replicas);
    }
}
