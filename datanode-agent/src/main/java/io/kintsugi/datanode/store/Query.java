package io.kintsugi.datanode.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a client wants to read of one replica. Each is answered at one moment, in the event loop of the disk, so none may take long: an answer
 * ends when it has {@link #MAX_BYTES}, and says where to go on.
 */
public sealed interface Query {
    /** An answer that has so many bytes ends; it may have one record more than that. */
    int MAX_BYTES = 256 << 10;

    /** Most records in one answer. */
    int MAX_RECORDS = 1_000;

    /** Belongs to the event loop. @param nowMs records that are over then aren't there */
    Found in(ReplicaStore store, long nowMs);

    /** One key. */
    record Get(byte[] key) implements Query {
        @Override
        public Found in(ReplicaStore store, long nowMs) {
            return Found.value(store.get(key, nowMs).orElse(null));
        }
    }

    /** Several keys, all at the same moment as far as the answer goes. */
    record MultiGet(List<byte[]> keys) implements Query {
        @Override
        public Found in(ReplicaStore store, long nowMs) {
            List<Found.Pair> found = new ArrayList<>();
            int bytes = 0;
            int answered = 0;
            while (answered < keys.size() && answered < MAX_RECORDS && bytes < MAX_BYTES) {
                byte[] key = keys.get(answered++);
                Optional<byte[]> value = store.get(key, nowMs);
                if (value.isPresent()) {
                    Found.Pair pair = new Found.Pair(key, value.get());
                    found.add(pair);
                    bytes += pair.bytes();
                }
            }
            return new Found(null, found, answered, null);
        }
    }

    /**
     * Keys in order, compared as unsigned bytes.
     *
     * @param from the first that is wanted; empty: from the beginning
     * @param prefix with which all begin; may be empty
     * @param limit most records; 0: {@link #MAX_RECORDS}, which is the most in any case
     */
    record Scan(byte[] from, byte[] prefix, int limit) implements Query {
        @Override
        public Found in(ReplicaStore store, long nowMs) {
            int most = limit <= 0 ? MAX_RECORDS : Math.min(limit, MAX_RECORDS);
            byte[] first = Arrays.compareUnsigned(from, prefix) < 0 ? prefix : from;
            List<Found.Pair> found = new ArrayList<>();
            byte[][] next = {null};
            int[] bytes = {0};
            store.scan(first, nowMs, (key, value) -> {
                if (!startsWith(key, prefix)) {
                    return false;
                }
                if (found.size() == most || bytes[0] >= MAX_BYTES) {
                    next[0] = key;
                    return false;
                }
                Found.Pair pair = new Found.Pair(key, value);
                bytes[0] += pair.bytes();
                return found.add(pair);
            });
            return new Found(null, found, 0, next[0]);
        }

        private static boolean startsWith(byte[] key, byte[] prefix) {
            return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
        }
    }
}
