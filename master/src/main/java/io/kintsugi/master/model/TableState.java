package io.kintsugi.master.model;

/** Whether a table serves. */
public enum TableState implements WireEnum {
    NORMAL(1),
    /** Soft: its partitions stay, without serving, until the retention is over. */
    DROPPED(2);

    private final int wire;

    TableState(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
