package io.kintsugi.master.model;

/** Why an attempt of a move ended without success, and so what is counted and what comes next. */
public enum AttemptEnd implements WireEnum {
    /** What it needs isn't there: it waits as Marked, holds nothing, and nothing is counted. */
    WAIT(1),
    /** A step failed, through no fault of the destination: tried again after a pause, {@link Setting#DECOMMISSION_RETRY_LIMIT} times. */
    FAILURE(2),
    /** The destination failed: another is chosen, {@link Setting#DECOMMISSION_ROLLBACK_LIMIT} times. */
    ROLLBACK(3),
    /** No other attempt could do better: ends as Failed. */
    HOPELESS(4),
    /** As the op's {@link Intent} asks. */
    STOP(5),
    /** Of a repair: there is nothing left to mend. Ends as Cancelled. */
    NEEDLESS(6);

    private final int wire;

    AttemptEnd(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
