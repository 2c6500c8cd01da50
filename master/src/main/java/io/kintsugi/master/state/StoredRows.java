package io.kintsugi.master.state;

import java.util.List;

/** What others than the core may know of the state's rows as they are stored. */
public final class StoredRows {
    private StoredRows() {}

    /** A row's share of the state's digest, which is the sum. */
    public static long hash(int table, byte[] key, byte[] value) {
        return RowHash.of(table, key, value);
    }

    /** A stored table's name. @throws IllegalArgumentException for a number that this version doesn't know */
    public static String tableName(int number) {
        return Schema.byNumber(number).name();
    }

    /** What of the state's invariants is broken: a sentence each. Reads everything. */
    public static List<String> violations(ClusterState state) {
        return Invariants.violations(state);
    }
}
