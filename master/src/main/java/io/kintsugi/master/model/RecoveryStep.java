package io.kintsugi.master.model;

/** How far a forced recovery is. */
public enum RecoveryStep implements WireEnum {
    /** The epoch is raised, with no primary: who hears of it promises nothing more to an older one. */
    FENCED(1),
    /** One survivor is all that the partition consists of; what only others had is lost. */
    CHOSEN(2);

    private final int wire;

    RecoveryStep(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
