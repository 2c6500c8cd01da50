package io.kintsugi.datanode.host;

import java.util.List;

/** Names of the points where a test may stop a datanode: before and after what it persists, and before what it sends. */
public final class FailpointNames {
    public static final String REPLICA_BEFORE_CREATE = "datanode.replica.before-create";
    public static final String REPLICA_CREATED = "datanode.replica.created";
    public static final String REPLICA_BEFORE_DELETE = "datanode.replica.before-delete";
    public static final String REPLICA_DELETED = "datanode.replica.deleted";
    public static final String MANIFEST_BEFORE_WRITE = "datanode.manifest.before-write";
    public static final String EPOCH_BEFORE_PERSIST = "datanode.epoch.before-persist";
    public static final String EPOCH_PERSISTED = "datanode.epoch.persisted";
    public static final String PROPOSAL_BEFORE_SEND = "datanode.proposal.before-send";
    public static final String COPY_BEFORE_CHECKPOINT = "datanode.copy.before-checkpoint";
    public static final String SEED_START = "datanode.seed.start";
    public static final String SEED_AFTER_FILE = "datanode.seed.after-file";
    public static final String SEED_BEFORE_INSTALL = "datanode.seed.before-install";
    public static final String SEED_BEFORE_REPLACE = "datanode.seed.before-replace";
    public static final String SEED_AFTER_INSTALL = "datanode.seed.after-install";

    /** All of them. */
    public static final List<String> ALL = List.of(
            REPLICA_BEFORE_CREATE,
            REPLICA_CREATED,
            REPLICA_BEFORE_DELETE,
            REPLICA_DELETED,
            MANIFEST_BEFORE_WRITE,
            EPOCH_BEFORE_PERSIST,
            EPOCH_PERSISTED,
            PROPOSAL_BEFORE_SEND,
            COPY_BEFORE_CHECKPOINT,
            SEED_START,
            SEED_AFTER_FILE,
            SEED_BEFORE_INSTALL,
            SEED_BEFORE_REPLACE,
            SEED_AFTER_INSTALL);

    private FailpointNames() {}
}
