package io.kintsugi.master.model;

/** How far the drain of a disk is. */
public enum DrainState implements WireEnum {
    NONE(1),
    /** A decommission op owns the disk; it takes no new replica. */
    DRAINING(2),
    /** Empty; it takes no new replica until it is recommissioned. */
    DRAINED(3);

    private final int wire;

    DrainState(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
