package io.kintsugi.datanode.replica;

/** What a replica is in its stored epoch; reported to the master. A later one answers rather than an earlier one. */
public enum Role {
    /** Restarted as the primary of its epoch, not named by its configuration, or stopped by an alarm. */
    NONE,
    MEMBER,
    PRIMARY
}
