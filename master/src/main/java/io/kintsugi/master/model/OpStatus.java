package io.kintsugi.master.model;

import java.util.EnumSet;
import java.util.Set;

/** An operation's status. The transition table is {@link #next()}; terminal states are final. */
public enum OpStatus implements WireEnum {
    /** Accepted; not looked at yet. */
    INITIAL(1),
    /** Waits to be admitted: for a slot of a limit, or for what its reason names. */
    MARKED(2),
    /** Holds a token and the partition's mutex; nothing of the partition is changed yet. */
    PREPARE(3),
    /** Changes the partition. */
    RUNNING(4),
    SUCCESS(5),
    FAILED(6),
    /** By an operator's word: holds nothing and begins nothing. Parts of it that were past their swap still end. */
    PAUSED(7),
    CANCELLED(8);

    private final int wire;

    OpStatus(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }

    public boolean ended() {
        return this == SUCCESS || this == FAILED || this == CANCELLED;
    }

    /** Where an op may go from here; everything else is refused at apply. */
    public Set<OpStatus> next() {
        return switch (this) {
            case INITIAL -> EnumSet.of(MARKED, PAUSED, CANCELLED);
            case MARKED -> EnumSet.of(PREPARE, RUNNING, SUCCESS, FAILED, PAUSED, CANCELLED);
            case PREPARE -> EnumSet.of(MARKED, RUNNING, FAILED, PAUSED, CANCELLED);
            case RUNNING -> EnumSet.of(MARKED, SUCCESS, FAILED, PAUSED, CANCELLED);
            case PAUSED -> EnumSet.of(MARKED, RUNNING, SUCCESS, FAILED, CANCELLED);
            case SUCCESS, FAILED, CANCELLED -> EnumSet.noneOf(OpStatus.class);
        };
    }
}
