package io.kintsugi.master.model;

/** What an operation does. */
public enum OpKind implements WireEnum {
    DISK_DECOMMISSION(1),
    /** Replaces one replica of one partition by one elsewhere. */
    MOVE(2);

    private final int wire;

    OpKind(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
