package io.kintsugi.sim.replication;

/** Rules that the simulated master and datanodes can break. Bugs in the replica's own rules are edits of its text: see {@link Hunt}. */
public enum Bug {
    NONE,
    /** The stored epoch is not synced. */
    EPOCH_VOLATILE,
    /** A lost disk returns under its old id. */
    WIPE_SAME_ID,
    /** The master grants proposals that were made on an older epoch. */
    NO_CAS,
    /** A member that is not in-sync is elected. */
    ELECT_ANY,
    /** A primary that restarted is taken for alive and gets no new epoch. */
    NO_REELECT,
    /** The swap of a move does not look whether the destination is in-sync. */
    SWAP_EARLY,
    /** The source of a move is deleted before the swap. */
    DELETE_EARLY,
    /** A checkpoint holds more than what is committed. */
    CHECKPOINT_UNCOMMITTED
}
