package io.kintsugi.sim.datanode;

import java.util.List;

/** Where the simulated disks let a process die, beside the product's own failpoints: before and after whatever is made durable. */
public final class PersistPoints {
    public static final String LOG_BEFORE_WRITE = "disk.log.before-write";
    public static final String LOG_BEFORE_SYNC = "disk.log.before-sync";
    public static final String LOG_SYNCED = "disk.log.synced";
    public static final String DATA_BEFORE_WRITE = "disk.data.before-write";
    public static final String DATA_BEFORE_FLUSH = "disk.data.before-flush";
    public static final String DATA_FLUSHED = "disk.data.flushed";
    public static final String CHECKPOINT_TAKEN = "disk.checkpoint.taken";
    public static final String FILE_BEFORE_WRITE = "disk.file.before-write";
    public static final String FILE_WRITTEN = "disk.file.written";
    public static final String FILE_GROWN = "disk.file.grown";
    public static final String FILE_SYNCED = "disk.file.synced";
    public static final String NAME_CHANGED = "disk.name.changed";
    public static final String NAMES_SYNCED = "disk.names.synced";
    public static final String TREE_HALF_DELETED = "disk.tree.half-deleted";

    /** All of them. */
    public static final List<String> ALL = List.of(
            LOG_BEFORE_WRITE,
            LOG_BEFORE_SYNC,
            LOG_SYNCED,
            DATA_BEFORE_WRITE,
            DATA_BEFORE_FLUSH,
            DATA_FLUSHED,
            CHECKPOINT_TAKEN,
            FILE_BEFORE_WRITE,
            FILE_WRITTEN,
            FILE_GROWN,
            FILE_SYNCED,
            NAME_CHANGED,
            NAMES_SYNCED,
            TREE_HALF_DELETED);

    private PersistPoints() {}
}
