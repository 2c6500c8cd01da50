package io.kintsugi.datanode.store;

import java.nio.file.Path;

/**
 * Opens the stores on this machine's disks, as a port: {@link RocksEnvironment} is the real thing. A store lives in a directory of its own;
 * the directory's name in its parent is for the caller to sync. Every failure is a {@link StorageException}.
 */
public interface Stores {
    /** Whether a store was ever finished in this directory. */
    boolean exists(Path directory);

    /** Makes an empty log for a disk; it is there after a crash once this returns. */
    LogStore createLog(Path directory, String diskUuid);

    /** Opens a log; one that was never finished, or is damaged, is a REPLICA failure: the disk has lost its log. */
    LogStore openLog(Path directory);

    /** Opens a log that nobody else writes to, a broken disk's, say, for reading alone: nothing is written anywhere. */
    LogStore readLog(Path directory);

    /** Makes an empty store of data; its content is on disk when this returns. */
    KeyValues createData(Path directory);

    KeyValues openData(Path directory);

    /** Opens data that nobody else has open, such as a checkpoint, and leaves it as it is. */
    KeyValues readData(Path directory);
}
