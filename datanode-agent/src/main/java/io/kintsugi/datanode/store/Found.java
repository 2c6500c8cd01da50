package io.kintsugi.datanode.store;

import java.util.List;

/**
 * What a {@link Query} found.
 *
 * @param value of a get, or of the key of a refused write; null when there is none
 * @param records of the others
 * @param answered so many keys of a multi-get were looked up
 * @param next the key from which a scan goes on; null: that was all
 */
public record Found(byte[] value, List<Pair> records, int answered, byte[] next) {
    /** A key with its value. */
    public record Pair(byte[] key, byte[] value) {
        int bytes() {
            return key.length + value.length;
        }
    }

    public static Found value(byte[] value) {
        return new Found(value, List.of(), 0, null);
    }
}
