package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.EntryId;
import java.util.List;

/**
 * What a replica holds right after an entry: two replicas that hold the same have the same, and that two that don't have the same is as
 * likely as two equal sums of 64-bit hashes.
 *
 * @param at the last entry whose effect is counted
 * @param records live ones
 * @param bytes of their keys and values
 * @param ranges of each {@link RangeCount#RANGES range} of key hashes the sum of its records' hashes; then that of the clients' sessions
 */
public record ContentDigest(EntryId at, long records, long bytes, List<Long> ranges) {
    public ContentDigest {
        ranges = List.copyOf(ranges);
    }
}
