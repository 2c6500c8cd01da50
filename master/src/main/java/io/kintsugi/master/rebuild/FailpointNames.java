package io.kintsugi.master.rebuild;

/** Points at which a test can make a recovery of the metadata stop. */
public final class FailpointNames {
    public static final String REBUILD_FENCE = "master.rebuild.fence";
    public static final String REBUILD_COLLECT_AGAIN = "master.rebuild.collect-again";
    public static final String REBUILD_COMMIT = "master.rebuild.commit";

    private FailpointNames() {}
}
