package io.kintsugi.master.plan.balance;

import java.util.ArrayList;
import java.util.List;

/** A disk while a plan is made. */
final class Slot {
    /**
     * As the disk is.
     *
     * @param capacity bytes
     * @param room bytes that it may still take
     * @param takes whether replicas may come
     * @param inUse whether replicas may come or go: neither drained, nor broken, nor suspect, its datanode alive
     */
    record Facts(
            int disk, String name, int node, String zone, double capacity, long room, boolean takes, boolean inUse) {}

    final Facts facts;
    final List<Slice> slices = new ArrayList<>();
    private double weight;
    private long given;

    Slot(Facts facts) {
        this.facts = facts;
    }

    void add(Slice slice) {
        slices.add(slice);
        weight += slice.weight();
    }

    void remove(Slice slice) {
        slices.remove(slice);
        weight -= slice.weight();
    }

    void give(long bytes) {
        given += bytes;
    }

    boolean hasRoom(long bytes) {
        return facts.takes && facts.room - given >= bytes;
    }

    boolean leads(Slice slice) {
        return slice.leader().filter(c -> c.disk() == facts.disk).isPresent();
    }

    double weight() {
        return weight;
    }

    double fill() {
        return weight / facts.capacity;
    }

    /** Whether {@code to} is no fuller than this one once the slice has gone there: then the potential is strictly lower. */
    boolean staysAbove(Slot to, Slice slice) {
        double here = (weight - slice.weight()) / facts.capacity;
        double there = (to.weight + slice.weight()) / to.facts.capacity;
        return here >= there;
    }
}
