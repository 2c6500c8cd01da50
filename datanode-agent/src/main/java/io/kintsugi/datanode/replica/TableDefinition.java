package io.kintsugi.datanode.replica;

/**
 * A table's whole definition, as each replica keeps it with its configuration (so that metadata can be rebuilt from replicas).
 * Mirrors {@code TableDef}. Replication itself looks at {@code minInSync} only.
 */
public record TableDefinition(
        int id,
        String name,
        int partitions,
        int replicas,
        int minInSync,
        String hash,
        boolean dropped,
        long createdAtMs) {}
