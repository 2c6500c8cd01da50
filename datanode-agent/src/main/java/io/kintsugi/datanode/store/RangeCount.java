package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.EntryId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Counts what a store held at one moment, a part at a time: records, bytes, and a sum of hashes for each range of key hashes. Sums don't
 * depend on an order, so nothing has to be sorted or kept. A record's hash is the first 64 bits of the SHA-256 of its key's length, key and value.
 *
 * <p>Clients' sessions are counted beside the records, in a sum of their own, since they decide whether a retry is answered or done again. Only those
 * that haven't expired by the replica's time: the others count as forgotten, and each replica sweeps them out when it likes. The same holds for
 * records; of those that are to go, when they do is part of the sum.
 */
public final class RangeCount {
    /** Ranges of key hashes: enough to say where replicas differ, few enough to be told with a report. */
    public static final int RANGES = 16;

    private static final int RANGE_BITS = 4;
    /** Spreads hashes of keys that are all of one partition, which itself was chosen by a hash of the key. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final KeyValues.Snapshot snapshot;
    private final EntryId at;
    private final long timeMs;
    private final boolean timed;
    private final MessageDigest sha = sha256();
    private final CRC32C crc = new CRC32C();
    private final Long[] sums = new Long[RANGES + 1];
    private byte[] next = {Records.DATA};
    private long records;
    private long bytes;
    private boolean done;

    RangeCount(KeyValues.Snapshot snapshot) {
        this.snapshot = snapshot;
        at = ReplicaStore.appliedOf(snapshot);
        timeMs = ReplicaStore.timeOf(snapshot);
        timed = Records.timed(snapshot);
        Arrays.fill(sums, 0L);
    }

    /** Goes on for about so many bytes. @return whether there are more */
    boolean step(long upTo) {
        if (done) {
            return false;
        }
        long[] left = {upTo};
        byte[][] resume = {null};
        snapshot.scan(next, (key, value) -> {
            if (left[0] <= 0) {
                resume[0] = key;
                return false;
            }
            left[0] -= key.length + value.length;
            take(key, value);
            return true;
        });
        next = resume[0];
        done = next == null;
        return !done;
    }

    /** Keys of other kinds than these two are the replica's own affair. */
    private void take(byte[] key, byte[] value) {
        if (key[0] == Records.DATA) {
            long expires = timed ? Records.expiry(snapshot, key) : 0;
            if (Records.over(expires, timeMs)) {
                return;
            }
            records++;
            bytes += key.length - 1 + value.length;
            // bound to the value: two records that changed their times are another sum
            sums[range(key)] += hash(key, value) * (2 * expires + 1);
        } else if (key[0] == ReplicaStore.SESSION && !Session.of(value).expired(timeMs)) {
            sums[RANGES] += hash(key, value);
        }
    }

    private int range(byte[] key) {
        crc.reset();
        crc.update(key, 1, key.length - 1);
        return (int) (crc.getValue() * SPREAD >>> Long.SIZE - RANGE_BITS);
    }

    private long hash(byte[] key, byte[] value) {
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).array());
        sha.update(key);
        return ByteBuffer.wrap(sha.digest(value)).getLong();
    }

    /** Empty before all is counted. */
    public Optional<ContentDigest> digest() {
        return done ? Optional.of(new ContentDigest(at, records, bytes, Arrays.asList(sums))) : Optional.empty();
    }

    void close() {
        snapshot.close();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
