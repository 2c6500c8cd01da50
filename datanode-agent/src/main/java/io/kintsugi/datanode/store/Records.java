package io.kintsugi.datanode.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiPredicate;

/**
 * A replica's records in its bytes by key: values under the key, and under the same key of another kind when the record goes, for those that do.
 * A store that never had one of these is as it ever was, and reads no slower.
 *
 * <p>A record whose time has come isn't there, whoever asks: whether its bytes still are makes no difference to any answer or digest
 * (docs/decisions/0011).
 */
final class Records {
    static final byte DATA = 'd';
    static final byte EXPIRY = 'x';

    /** @param value null: there is none @param expiresMs 0: never */
    record Value(byte[] value, long expiresMs) {
        static final Value NONE = new Value(null, 0);

        /** Null: there is none at that time. */
        byte[] at(long nowMs) {
            return over(expiresMs, nowMs) ? null : value;
        }
    }

    private final KeyValues data;
    /** Some record has, or once had, a time to go. */
    private volatile boolean timed;

    Records(KeyValues data) {
        this.data = data;
        try (KeyValues.Snapshot now = data.snapshot()) {
            timed = timed(now);
        }
    }

    static boolean timed(KeyValues.Snapshot snapshot) {
        boolean[] found = {false};
        snapshot.scan(new byte[] {EXPIRY}, (key, value) -> {
            found[0] = key[0] == EXPIRY;
            return false;
        });
        return found[0];
    }

    static boolean over(long expiresMs, long nowMs) {
        return expiresMs != 0 && expiresMs <= nowMs;
    }

    void put(KeyValues.Batch batch, byte[] key, byte[] value, long expiresMs) {
        batch.put(key(DATA, key), value);
        if (expiresMs != 0) {
            timed = true;
            batch.put(key(EXPIRY, key), bytes(expiresMs));
        } else if (timed) {
            batch.delete(key(EXPIRY, key));
        }
    }

    void delete(KeyValues.Batch batch, byte[] key) {
        batch.delete(key(DATA, key));
        if (timed) {
            batch.delete(key(EXPIRY, key));
        }
    }

    Value get(byte[] key) {
        byte[] value = data.get(key(DATA, key));
        return value == null ? Value.NONE : new Value(value, timed ? number(data.get(key(EXPIRY, key))) : 0);
    }

    /** Those that are there at that time, from this key on, in order, until the visitor has had enough. */
    void scan(byte[] from, long nowMs, BiPredicate<byte[], byte[]> visitor) {
        try (KeyValues.Snapshot now = data.snapshot()) {
            now.scan(key(DATA, from), (stored, value) -> {
                if (stored[0] != DATA) {
                    return false;
                }
                boolean over = timed && over(expiry(now, stored), nowMs);
                return over || visitor.test(Arrays.copyOfRange(stored, 1, stored.length), value);
            });
        }
    }

    /**
     * Removes the bytes of records that are over at that time.
     *
     * @param from where to look first, as returned; null: at the beginning
     * @param most so many records are looked at
     * @return where to go on; null: that was the last
     */
    byte[] sweep(byte[] from, int most, long nowMs) {
        byte[][] next = {null};
        int[] looked = {0};
        try (KeyValues.Snapshot now = data.snapshot();
                KeyValues.Batch batch = data.batch()) {
            now.scan(from == null ? new byte[] {EXPIRY} : from, (stored, expires) -> {
                if (stored[0] != EXPIRY) {
                    return false;
                }
                if (looked[0]++ == most) {
                    next[0] = stored;
                    return false;
                }
                if (over(number(expires), nowMs)) {
                    delete(batch, Arrays.copyOfRange(stored, 1, stored.length));
                }
                return true;
            });
            data.write(batch);
        }
        return next[0];
    }

    /** When the record of this stored key goes; 0: never. */
    static long expiry(KeyValues.Snapshot snapshot, byte[] stored) {
        byte[] key = stored.clone();
        key[0] = EXPIRY;
        return number(snapshot.get(key));
    }

    static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] bytes) {
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    private static byte[] key(byte kind, byte[] key) {
        return ByteBuffer.allocate(1 + key.length).put(kind).put(key).array();
    }
}
