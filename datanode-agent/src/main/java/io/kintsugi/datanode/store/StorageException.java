package io.kintsugi.datanode.store;

/** A disk or a store failed; {@link #kind()} says what has to be given up. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a failure takes with it. */
    public enum Kind {
        /** The disk: nothing on it can be relied on until an operator says so or a probe passes. */
        DISK,
        /** No space, quota or inodes left: nothing new is taken, what is there stays good. */
        FULL,
        /** One replica: a checksum failed or its files are gone; it is seeded again under a new id. */
        REPLICA,
        /** This process: out of descriptors or memory; not the disk's fault. */
        PROCESS
    }

    private final Kind kind;

    public StorageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StorageException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }
}
