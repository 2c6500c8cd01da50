package io.kintsugi.master.model;

import java.util.Optional;

/** What an operator may change at run time. Names are those of the API; values are text, checked by {@link #check}. */
public enum Setting {
    DECOMMISSION_DP_LIMIT("DecommissionDpLimit", 10, 1, 10_000, "moves that may hold a token in a nodeset at once"),
    DECOMMISSION_DISK_LIMIT(
            "DecommissionDiskLimit", 10, 1, 10_000, "disk decommissions that may be admitted in a nodeset at once"),
    INCOMING_COPIES_PER_DISK("IncomingCopiesPerDisk", 2, 1, 1_000, "copies that a disk takes in at once"),
    DECOMMISSION_RETRY_LIMIT(
            "DecommissionRetryLimit",
            5,
            0,
            100,
            "how often a move whose attempt failed is tried again before it has Failed; 0: never"),
    DECOMMISSION_ROLLBACK_LIMIT(
            "DecommissionRollbackLimit",
            3,
            0,
            100,
            "how often a move goes to another destination, its own having failed, before it has Failed; 0: never"),
    DP_REPAIR_TIMEOUT_MS(
            "DpRepairTimeoutMs",
            8_000,
            1_000,
            86_400_000,
            "milliseconds without progress after which a copy is given up and goes elsewhere"),
    COPY_BYTES_PER_SECOND(
            "CopyBytesPerSecond", 0, 0, Long.MAX_VALUE, "bytes a second that a disk takes in by copies; 0: no limit"),
    NODESET_CAPACITY("NodesetCapacity", 18, 1, 10_000, "datanodes that the master assigns to a nodeset by itself"),
    NODE_DEAD_TIMEOUT_MS(
            "NodeDeadTimeoutMs", 1_000, 100, 3_600_000, "milliseconds without a stream before a datanode is dead"),
    DROPPED_TABLE_RETENTION_MS(
            "DroppedTableRetentionMs",
            7L * 24 * 3_600_000,
            0,
            Long.MAX_VALUE,
            "milliseconds that a dropped table is kept; 0: not at all"),
    ENDED_OP_RETENTION_MS(
            "EndedOpRetentionMs", 30L * 24 * 3_600_000, 60_000, Long.MAX_VALUE, "milliseconds that ended ops are kept");

    private final String key;
    private final long defaultValue;
    private final long min;
    private final long max;
    private final String meaning;

    Setting(String key, long defaultValue, long min, long max, String meaning) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    public String key() {
        return key;
    }

    public long defaultValue() {
        return defaultValue;
    }

    /** The least that it may be. */
    public long min() {
        return min;
    }

    /** The most that it may be. */
    public long max() {
        return max;
    }

    /** What it is, with its unit, for operators. */
    public String meaning() {
        return meaning;
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
