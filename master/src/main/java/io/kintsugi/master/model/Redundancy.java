package io.kintsugi.master.model;

import java.util.List;

/** When a move may take a replica out: the rules by which apply refuses, and by which the planner doesn't even ask. */
public final class Redundancy {
    private Redundancy() {}

    public static List<Long> without(Partition p, long replica) {
        return p.inSync().stream().filter(r -> r != replica).toList();
    }

    /** How many in-sync replicas the swap must leave. */
    public static int floor(Partition p, Move move) {
        return Math.min(p.target(), move.notedInSync());
    }

    /** A lost replica that has left the in-sync set takes nothing along. */
    public static boolean swapKeeps(Partition p, Move move) {
        return move.isRepair() && !p.isInSync(move.source())
                || without(p, move.source()).size() >= floor(p, move);
    }

    /** Whether the destination can go without taking redundancy along that the partition would have by going on. */
    public static boolean dropKeeps(Partition p, Move move) {
        if (!p.isInSync(move.destination())) {
            return true;
        }
        int left = without(p, move.destination()).size();
        return left >= floor(p, move) || left > 0 && !swapKeeps(p, move);
    }
}
