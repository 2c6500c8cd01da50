package io.kintsugi.master.model;

/**
 * A named key-value data set, cut into a fixed number of partitions by a key hash.
 *
 * @param minInSync below so many in-sync replicas a write is refused
 * @param hash name of the key hash
 * @param droppedAt milliseconds since the epoch, 0 while it serves
 * @param owner who it belongs to, or "": kept and shown; whoever drops it by the compatible API must know it
 * @param capacityGb how much its owner means to keep in it, in GiB, 0 for no word on that: shown, and no limit
 * @param ttlMs how long a record lives whose writer doesn't say, 0 for ever
 */
public record Table(
        int id,
        String name,
        int partitions,
        int replicas,
        int minInSync,
        String hash,
        TableState state,
        long createdAt,
        long droppedAt,
        String owner,
        long capacityGb,
        long ttlMs) {

    /** One whose records stay. */
    public Table(
            int id,
            String name,
            int partitions,
            int replicas,
            int minInSync,
            String hash,
            TableState state,
            long createdAt,
            long droppedAt,
            String owner,
            long capacityGb) {
        this(id, name, partitions, replicas, minInSync, hash, state, createdAt, droppedAt, owner, capacityGb, 0);
    }

    public Table withMinInSync(int newMinInSync) {
        return new Table(
                id,
                name,
                partitions,
                replicas,
                newMinInSync,
                hash,
                state,
                createdAt,
                droppedAt,
                owner,
                capacityGb,
                ttlMs);
    }

    public Table withTtl(long newTtlMs) {
        return new Table(
                id,
                name,
                partitions,
                replicas,
                minInSync,
                hash,
                state,
                createdAt,
                droppedAt,
                owner,
                capacityGb,
                newTtlMs);
    }

    public Table dropped(long now) {
        return new Table(
                id,
                name,
                partitions,
                replicas,
                minInSync,
                hash,
                TableState.DROPPED,
                createdAt,
                now,
                owner,
                capacityGb,
                ttlMs);
    }
}
