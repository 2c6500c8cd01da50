package io.kintsugi.master.state;

/**
 * The hash of one stored row, of which the state's digest is the sum: FNV-1a over the bytes (Fowler, Noll, Vo), then MurmurHash3's 64-bit
 * finalizer (Appleby), so that sums of similar rows don't cancel out. It finds bugs and bit rot, not adversaries.
 */
final class RowHash {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private RowHash() {}

    static long of(int table, byte[] key, byte[] value) {
        long h = FNV_BASIS;
        h = (h ^ table) * FNV_PRIME;
        h = (h ^ key.length) * FNV_PRIME;
        h = mix(bytes(bytes(h, key), value));
        return h;
    }

    private static long bytes(long h, byte[] bytes) {
        for (byte b : bytes) {
            h = (h ^ (b & 0xff)) * FNV_PRIME;
        }
        return h;
    }

    private static long mix(long h) {
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
