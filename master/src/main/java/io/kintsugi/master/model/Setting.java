package io.kintsugi.master.model;

import java.util.Optional;

/** What an operator may change at run time. Names are those of the API; values are text, checked by {@link #check}. */
public enum Setting {
    /** Moves that may hold a token in a nodeset at once. */
    DECOMMISSION_DP_LIMIT("DecommissionDpLimit", 10, 1, 10_000),
    /** Disk decommissions that may be admitted in a nodeset at once. */
    DECOMMISSION_DISK_LIMIT("DecommissionDiskLimit", 10, 1, 10_000),
    /** Copies that a disk takes in at once. */
    INCOMING_COPIES_PER_DISK("IncomingCopiesPerDisk", 2, 1, 1_000),
    /** How often a move whose attempt failed is tried again before it has Failed. */
    DECOMMISSION_RETRY_LIMIT("DecommissionRetryLimit", 5, 0, 100),
    /** How often a move goes to another destination, its own having failed, before it has Failed. */
    DECOMMISSION_ROLLBACK_LIMIT("DecommissionRollbackLimit", 3, 0, 100),
    /** Milliseconds without progress after which a copy is given up and goes elsewhere. */
    DP_REPAIR_TIMEOUT_MS("DpRepairTimeoutMs", 8_000, 1_000, 86_400_000),
    /** Bytes a second that a disk takes in by copies; 0: no limit. */
    COPY_BYTES_PER_SECOND("CopyBytesPerSecond", 0, 0, Long.MAX_VALUE),
    /** Datanodes that the master assigns to a nodeset by itself. */
    NODESET_CAPACITY("NodesetCapacity", 18, 1, 10_000),
    /** Milliseconds without a stream before a datanode is dead. */
    NODE_DEAD_TIMEOUT_MS("NodeDeadTimeoutMs", 1_000, 100, 3_600_000),
    /** Milliseconds that a dropped table is kept. */
    DROPPED_TABLE_RETENTION_MS("DroppedTableRetentionMs", 7L * 24 * 3_600_000, 0, Long.MAX_VALUE),
    /** Milliseconds that ended ops are kept. */
    ENDED_OP_RETENTION_MS("EndedOpRetentionMs", 30L * 24 * 3_600_000, 60_000, Long.MAX_VALUE);

    private final String key;
    private final long defaultValue;
    private final long min;
    private final long max;

    Setting(String key, long defaultValue, long min, long max) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
    }

    public String key() {
        return key;
    }

    public long defaultValue() {
        return defaultValue;
    }

    /** Case doesn't matter. */
    public static Optional<Setting> byKey(String key) {
        for (Setting s : values()) {
            if (s.key.equalsIgnoreCase(key)) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }

    /** Empty when the value will do, else a sentence that names value and rule. */
    public Optional<String> check(String value) {
        try {
            long n = Long.parseLong(value.trim());
            return n >= min && n <= max
                    ? Optional.empty()
                    : Optional.of(key + " is '" + value + "': it must be from " + min + " to " + max);
        } catch (NumberFormatException e) {
            return Optional.of(key + " is '" + value + "': it must be a whole number from " + min + " to " + max);
        }
    }
}
