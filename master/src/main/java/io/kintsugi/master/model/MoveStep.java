package io.kintsugi.master.model;

/** How far a move is, within its status; persisted before anything acts on it. */
public enum MoveStep implements WireEnum {
    /** Nothing is changed yet. */
    NONE(1),
    /** The destination is joining, the source is leaving; the destination is seeded and catches up. */
    ADDED(2),
    /** The source is out of the configuration; its files are still to be deleted. */
    SWAPPED(3);

    private final int wire;

    MoveStep(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
