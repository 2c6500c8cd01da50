package io.kintsugi.master.model;

/**
 * A named key-value data set, cut into a fixed number of partitions by a key hash.
 *
 * @param minInSync below so many in-sync replicas a write is refused
 * @param hash name of the key hash
 * @param droppedAt milliseconds since the epoch, 0 while it serves
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
        long droppedAt) {}
