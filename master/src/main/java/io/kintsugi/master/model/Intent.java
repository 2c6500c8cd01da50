package io.kintsugi.master.model;

/** What an operator has asked of an op that it can't do at once; persisted, so that the next leader does it too. */
public enum Intent implements WireEnum {
    NONE(1),
    /** To be taken back: ends as Cancelled, or, where only going on keeps redundancy, as Success. */
    CANCEL(2),
    /** To be taken back for the time being: becomes Paused. */
    PAUSE(3);

    private final int wire;

    Intent(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
