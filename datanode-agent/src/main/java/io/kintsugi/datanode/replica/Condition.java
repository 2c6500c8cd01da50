package io.kintsugi.datanode.replica;

import java.util.Arrays;

/**
 * What a key has to hold for a write to be done.
 *
 * @param value just this one; null: none at all
 */
public record Condition(byte[] value) {
    public static final Condition ABSENT = new Condition(null);

    /** @param current null: there is none */
    public boolean holds(byte[] current) {
        return Arrays.equals(value, current);
    }
}
