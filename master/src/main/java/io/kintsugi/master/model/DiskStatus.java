package io.kintsugi.master.model;

/** What the master holds of a disk's health; whether it is being drained is another matter ({@link DrainState}). */
public enum DiskStatus implements WireEnum {
    NORMAL(1),
    /** Broken, reported so by its datanode: nothing is placed there until it is back as a new disk. */
    UNAVAILABLE(2),
    /** Replaced: the datanode came back with another disk at the same path. Kept while something still names it. */
    GONE(3),
    /** Taken out by an operator. Kept while its datanode still presents it, or something still names it. */
    REMOVED(4);

    private final int wire;

    DiskStatus(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
