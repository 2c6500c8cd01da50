package io.kintsugi.master.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an operator may change at run time. Names are those of the API. A number is kept as its digits, a choice (a switch is one, of
 * {@code false} and {@code true}) as its word.
 */
public enum Setting {
    DECOMMISSION_DP_LIMIT("DecommissionDpLimit", 50, 1, 10_000, "moves that may hold a token in a nodeset at once"),
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
            2 * Constants.HOUR,
            1_000,
            24 * Constants.HOUR,
            "milliseconds without progress after which a copy is given up and goes elsewhere"),
    ENABLE_AUTO_DECOMMISSION("EnableAutoDecommission", true, "whether broken disks are decommissioned by themselves"),
    AUTO_DECOMMISSION_DISK_INTERVAL_MS(
            "AutoDecommissionDiskIntervalMs",
            10_000,
            0,
            7 * Constants.DAY,
            "milliseconds after a disk was first seen broken until it is decommissioned by itself; 0: at once"),
    ENABLE_AUTO_DP_META_REPAIR(
            "EnableAutoDpMetaRepair", true, "whether partitions are repaired by themselves; false: as mode off"),
    AUTO_DP_META_REPAIR_MODE(
            "AutoDpMetaRepairMode",
            List.of("off", "observe", "on"),
            "on",
            "what is done of itself about partitions that aren't as they should be; observe: only said and logged"),
    AUTO_DP_META_REPAIR_PARALLEL_CNT(
            "AutoDpMetaRepairParallelCnt",
            100,
            0,
            100_000,
            "automatic repairs that may be open at once; 0: none is begun"),
    REPLICA_LOST_TIMEOUT_MS(
            "ReplicaLostTimeoutMs",
            600_000,
            1_000,
            7 * Constants.DAY,
            "milliseconds that a member may be away, its datanode dead or its disk broken, until another takes its place"),
    DP_BACKUP_TIMEOUT_MS(
            "DpBackupTimeoutMs",
            7 * Constants.DAY,
            0,
            365 * Constants.DAY,
            "milliseconds that a replica removed by force is kept as a backup; 0: not at all"),
    PARTITION_VERIFY_INTERVAL_MS(
            "PartitionVerifyIntervalMs",
            Constants.DAY,
            0,
            365 * Constants.DAY,
            "milliseconds in which the replicas of every partition are compared once by themselves, and after each copy; 0: never"),
    VERIFY_BYTES_PER_SECOND(
            "VerifyBytesPerSecond",
            64L << 20,
            0,
            Long.MAX_VALUE,
            "bytes a second that are read off a disk to compare replicas; 0: no limit"),
    BRAKE_PERCENT(
            "BrakePercent",
            30,
            0,
            100,
            "automatic work stops when more than this share of all datanodes or disks, and more than one, failed in BrakeWindowMs; 0: never"),
    BRAKE_WINDOW_MS(
            "BrakeWindowMs", 600_000, 1_000, Constants.DAY, "milliseconds over which failures count for BrakePercent"),
    AUTO_FAILOVER(
            "AutoFailover",
            true,
            "whether partitions get another primary, members that were away come back, and lost ones are replaced, by themselves"),
    AUTO_BALANCE(
            "AutoBalance",
            false,
            "whether primaries and replicas are evened out over datanodes and disks by themselves"),
    BALANCE_LIMIT(
            "BalanceLimit", 2, 1, 1_000, "moves that even out that may be open at once, and hand-overs in a second"),
    TABLES_FROZEN("TablesFrozen", false, "whether no new table may be made; everything else goes on"),
    COPY_BYTES_PER_SECOND(
            "CopyBytesPerSecond", 0, 0, Long.MAX_VALUE, "bytes a second that a disk takes in by copies; 0: no limit"),
    NODESET_CAPACITY("NodesetCapacity", 18, 1, 10_000, "datanodes that the master assigns to a nodeset by itself"),
    NODE_DEAD_TIMEOUT_MS(
            "NodeDeadTimeoutMs", 1_000, 100, 3_600_000, "milliseconds without a stream before a datanode is dead"),
    DROPPED_TABLE_RETENTION_MS(
            "DroppedTableRetentionMs",
            7 * Constants.DAY,
            0,
            Long.MAX_VALUE,
            "milliseconds that a dropped table is kept; 0: not at all"),
    ENDED_OP_RETENTION_MS(
            "EndedOpRetentionMs", 30 * Constants.DAY, 60_000, Long.MAX_VALUE, "milliseconds that ended ops are kept");

    private static final class Constants {
        static final long HOUR = 3_600_000;
        static final long DAY = 24 * HOUR;
    }

    private final String key;
    private final List<String> choices;
    private final long defaultValue;
    private final long min;
    private final long max;
    private final String meaning;

    Setting(String key, long defaultValue, long min, long max, String meaning) {
        this(key, List.of(), defaultValue, min, max, meaning);
    }

    Setting(String key, boolean defaultValue, String meaning) {
        this(key, List.of("false", "true"), Boolean.toString(defaultValue), meaning);
    }

    Setting(String key, List<String> choices, String defaultValue, String meaning) {
        this(key, choices, choices.indexOf(defaultValue), 0, choices.size() - 1L, meaning);
    }

    Setting(String key, List<String> choices, long defaultValue, long min, long max, String meaning) {
        this.key = key;
        this.choices = choices;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    public String key() {
        return key;
    }

    /** A number, or the place of the choice among {@link #choices()}. */
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

    /** The words that it may be, for one that isn't a number; else empty. */
    public List<String> choices() {
        return choices;
    }

    /** What it may be, for operators. */
    public String range() {
        if (!choices.isEmpty()) {
            return String.join(" | ", choices);
        }
        return max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
    }

    /** As it is shown and set. */
    public String text(long value) {
        return choices.isEmpty() ? Long.toString(value) : choices.get((int) value);
    }

    /** The number, or the place of the choice. @param text one that {@link #check} takes */
    long parse(String text) {
        String value = normal(text);
        return choices.isEmpty() ? Long.parseLong(value) : choices.indexOf(value);
    }

    /** As it is kept. */
    public String normal(String text) {
        return text.trim().toLowerCase(Locale.ROOT);
    }

    /** What it is, with its unit, for operators. */
    public String meaning() {
        return meaning;
    }

    /** Neither case nor underscores matter, and the {@code Ms} of a time may be left out: {@code dpRepairTimeout}, {@code auto_failover}. */
    public static Optional<Setting> byKey(String key) {
        String plain = key.replace("_", "");
        for (Setting s : values()) {
            if (s.key.equalsIgnoreCase(plain) || s.key.equalsIgnoreCase(plain + "Ms")) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }

    /** Empty when the value will do, else a sentence that names value and rule. */
    public Optional<String> check(String value) {
        if (!choices.isEmpty()) {
            return choices.contains(normal(value))
                    ? Optional.empty()
                    : Optional.of(key + " is '" + value + "': it must be one of " + String.join(", ", choices));
        }
        try {
            long n = Long.parseLong(normal(value));
            return n >= min && n <= max
                    ? Optional.empty()
                    : Optional.of(key + " is '" + value + "': it must be from " + min + " to " + max);
        } catch (NumberFormatException e) {
            return Optional.of(key + " is '" + value + "': it must be a whole number from " + min + " to " + max);
        }
    }
}
