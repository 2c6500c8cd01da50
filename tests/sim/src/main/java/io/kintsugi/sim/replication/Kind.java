package io.kintsugi.sim.replication;

/** Kinds of events, for the report of a run. */
public enum Kind {
    MESSAGE,
    SYNC,
    TIMER,
    CONFIGURATION,
    PROPOSAL,
    REPORT,
    MASTER,
    CLIENT,
    REPLY,
    FLUSH,
    CHECKPOINT,
    SEED,
    CRASH,
    RESTART,
    PAUSE,
    CUT,
    WIPE,
    HEAL
}
