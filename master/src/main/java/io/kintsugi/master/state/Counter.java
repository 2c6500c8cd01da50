package io.kintsugi.master.state;

import io.kintsugi.master.model.WireEnum;

/** What is counted in the state: the last id given out of each kind, and a mark. */
enum Counter implements WireEnum {
    NODE(1),
    DISK(2),
    TABLE(3),
    PARTITION(4),
    REPLICA(5),
    OP(6),
    NODESET(7),
    REQUEST(8),
    /** Not an id: the Raft term in which applied time was last set. */
    TIME_TERM(9),
    /** Not an id: how often settings were changed. */
    SETTINGS(10);

    private final int wire;

    Counter(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
