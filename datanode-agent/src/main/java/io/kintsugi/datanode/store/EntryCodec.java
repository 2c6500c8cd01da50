package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.Entry;
import java.nio.ByteBuffer;

/**
 * A log entry's bytes: version, operation, epoch, client, sequence, time, key length, key, value. Numbers big-endian and of fixed size, so
 * that the epoch is read without decoding the rest. The index is in the key. Version 2 has the time of expiry before the key length, and is
 * written for entries that have one only, so that an older agent can read all others.
 */
final class EntryCodec {
    private static final byte VERSION = 1;
    private static final byte EXPIRING = 2;
    private static final int EPOCH_AT = 2;
    private static final int HEADER = 2 + 4 * Long.BYTES + Integer.BYTES;
    private static final byte[] NOTHING = {};

    private EntryCodec() {}

    static byte[] encode(Entry entry) {
        byte[] key = entry.key() == null ? NOTHING : entry.key();
        byte[] value = entry.value() == null ? NOTHING : entry.value();
        boolean expires = entry.expiresMs() != 0;
        ByteBuffer out = ByteBuffer.allocate(HEADER + (expires ? Long.BYTES : 0) + key.length + value.length)
                .put(expires ? EXPIRING : VERSION)
                .put(wireNumber(entry.op()))
                .putLong(entry.epoch())
                .putLong(entry.client())
                .putLong(entry.sequence())
                .putLong(entry.timeMs());
        if (expires) {
            out.putLong(entry.expiresMs());
        }
        return out.putInt(key.length).put(key).put(value).array();
    }

    static Entry decode(long index, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte version = bytes.length < HEADER ? 0 : in.get();
        if (version != VERSION && (version != EXPIRING || bytes.length < HEADER + Long.BYTES)) {
            throw damaged(index);
        }
        Entry.Op op = operation(in.get(), index);
        long epoch = in.getLong();
        long client = in.getLong();
        long sequence = in.getLong();
        long time = in.getLong();
        long expires = version == EXPIRING ? in.getLong() : 0;
        int keyLength = in.getInt();
        if (keyLength < 0 || keyLength > in.remaining()) {
            throw damaged(index);
        }
        byte[] key = new byte[keyLength];
        in.get(key);
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Entry(epoch, index, op, key, value, client, sequence, time, expires);
    }

    static long epochOf(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(EPOCH_AT);
    }

    private static byte wireNumber(Entry.Op op) {
        return switch (op) {
            case NOOP -> 0;
            case PUT -> 1;
            case DELETE -> 2;
            case REFUSED -> 3;
        };
    }

    private static Entry.Op operation(byte number, long index) {
        return switch (number) {
            case 0 -> Entry.Op.NOOP;
            case 1 -> Entry.Op.PUT;
            case 2 -> Entry.Op.DELETE;
            case 3 -> Entry.Op.REFUSED;
            default -> throw damaged(index);
        };
    }

    private static StorageException damaged(long index) {
        return new StorageException(
                StorageException.Kind.REPLICA, "log entry " + index + " is not in a form that this version knows");
    }
}
