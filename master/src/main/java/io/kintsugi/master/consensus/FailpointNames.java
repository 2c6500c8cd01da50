package io.kintsugi.master.consensus;

/** Names of the points where a test may stop any master. */
public final class FailpointNames {
    /** A command is applied; what it changed isn't stored. */
    public static final String STORE_WRITE = "master.store.write";
    /** What it changed is stored; whoever proposed it doesn't know. */
    public static final String OUTCOME_SEND = "master.outcome.send";

    public static final String STORE_FLUSH = "master.store.flush";

    /** The rows of recovered metadata are stored, there is no group yet. */
    public static final String RECOVERED_STORED = "master.recovered.stored";

    private FailpointNames() {}
}
