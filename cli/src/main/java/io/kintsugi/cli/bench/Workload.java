package io.kintsugi.cli.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The keys and values of a bench run. All follow from seed and index, so that a later read with the same seed finds the same keys and
 * can check every value.
 *
 * @param seed names the data set
 * @param valueSize bytes in a value, 0 or more
 */
public record Workload(long seed, int valueSize) {
    /** The index's key: distinct for distinct indexes of a seed, and spread over all partitions. */
    public byte[] key(long index) {
        // A bijection of the index, so that no two indexes share a key; then fixed width.
        return String.format(Locale.ROOT, "%016x%016x", mix(seed), mix(index ^ mix(seed)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The value that belongs to the index's key. */
    public byte[] value(long index) {
        byte[] value = new byte[valueSize];
        fill(value, index);
        return value;
    }

    /** Whether this is the index's value, of whatever length: a data set may have been filled with another value size. */
    public boolean matches(long index, byte[] value) {
        byte[] expected = new byte[value.length];
        fill(expected, index);
        return java.util.Arrays.equals(expected, value);
    }

    private void fill(byte[] value, long index) {
        long state = mix(mix(seed + 1) ^ index);
        for (int i = 0; i < value.length; i++) {
            if (i % 8 == 0) {
                state = mix(state + i);
            }
            value[i] = (byte) (state >>> (i % 8 * 8));
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection on 64 bits that spreads every bit. */
    private static long mix(long x) {
        long z = x + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
