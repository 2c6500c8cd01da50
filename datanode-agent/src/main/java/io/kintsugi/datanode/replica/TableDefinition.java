package io.kintsugi.datanode.replica;

/**
 * A table's whole definition, as each replica keeps it with its configuration (so that metadata can be rebuilt from replicas).
 * Mirrors {@code TableDef}. Replication itself looks at {@code minInSync} and {@code ttlMs} only.
 *
 * @param ttlMs how long a record lives whose writer doesn't say; 0: for ever
 */
public record TableDefinition(
        int id,
        String name,
        int partitions,
        int replicas,
        int minInSync,
        String hash,
        boolean dropped,
        long createdAtMs,
        long ttlMs) {

    /** Of a table whose records stay. */
    public TableDefinition(
            int id,
            String name,
            int partitions,
            int replicas,
            int minInSync,
            String hash,
            boolean dropped,
            long createdAtMs) {
        this(id, name, partitions, replicas, minInSync, hash, dropped, createdAtMs, 0);
    }
}
