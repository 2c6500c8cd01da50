package io.kintsugi.master.model;

/** The mutex of decommission and repair over a partition. */
public enum RestoreMutex implements WireEnum {
    /** Free. */
    STOP(1),
    /** Repair owns the partition. */
    RUNNING(2),
    /** A move owns the partition. */
    FORBIDDEN(3);

    private final int wire;

    RestoreMutex(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
