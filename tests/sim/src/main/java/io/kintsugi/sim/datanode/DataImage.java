package io.kintsugi.sim.datanode;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The files of one replica's data store: what was flushed, and what was written since and is only in memory. */
final class DataImage implements Inode {
    /** Changes by key, in the order of writing; null removes. */
    record Write(List<byte[]> keys, List<byte[]> values) {
        Write() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        private void applyTo(TreeMap<byte[], byte[]> map) {
            for (int i = 0; i < keys.size(); i++) {
                if (values.get(i) == null) {
                    map.remove(keys.get(i));
                } else {
                    map.put(keys.get(i), values.get(i));
                }
            }
        }
    }

    private final TreeMap<byte[], byte[]> durable = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeMap<byte[], byte[]> now = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Write> unflushed = new ArrayList<>();
    /** Keys that can't be read, and since when. */
    private final TreeMap<byte[], Long> rotten = new TreeMap<>(Arrays::compareUnsigned);

    private long bytes;
    /** Of all records of data, whatever their order. */
    private long hash;
    /** Last entry that was applied here. */
    long index;
    /** Whether all the files that a store needs are there. */
    boolean finished;
    /** Some of its files are gone, though not the one by which a store is known. */
    boolean damaged;
    /** It came as files, and not all of them are durable. */
    boolean fragile;
    /** Who has it open; null for nobody. */
    Object openedBy;

    byte[] get(byte[] key) {
        return now.get(key);
    }

    boolean rotten(byte[] key) {
        return !rotten.isEmpty() && rotten.containsKey(key);
    }

    void mend() {
        rotten.clear();
    }

    boolean rotten() {
        return !rotten.isEmpty();
    }

    Map<byte[], byte[]> from(byte[] first) {
        return now.tailMap(first, true);
    }

    TreeMap<byte[], byte[]> copy() {
        return new TreeMap<>(now);
    }

    void write(Write write) {
        for (int i = 0; i < write.keys.size(); i++) {
            byte[] value = write.values.get(i);
            rotten.remove(write.keys.get(i));
            byte[] before = value == null ? now.remove(write.keys.get(i)) : now.put(write.keys.get(i), value);
            bytes += (value == null ? 0 : value.length) - (before == null ? 0 : before.length);
            hash += record(write.keys.get(i), value) - record(write.keys.get(i), before);
        }
        unflushed.add(write);
    }

    void flush() {
        unflushed.forEach(write -> write.applyTo(durable));
        unflushed.clear();
    }

    long bytes() {
        return bytes;
    }

    /** Of the records that are there by the replica's time; whether the bytes of others are swept out makes no difference. */
    long hash() {
        long sum = hash;
        for (Map.Entry<byte[], byte[]> entry :
                now.tailMap(new byte[] {NodeLaws.EXPIRY}, true).entrySet()) {
            if (entry.getKey()[0] != NodeLaws.EXPIRY) {
                break;
            }
            byte[] key = entry.getKey().clone();
            key[0] = NodeLaws.DATA;
            long expires = ByteBuffer.wrap(entry.getValue()).getLong();
            sum += over(key) ? -record(key, now.get(key)) : record(key, now.get(key)) * 2 * expires;
        }
        return sum;
    }

    /** Whether a record is gone by the replica's time, which is the third number beside the applied entry. */
    boolean over(byte[] dataKey) {
        byte[] key = dataKey.clone();
        key[0] = NodeLaws.EXPIRY;
        byte[] expires = now.get(key);
        byte[] applied = now.get(NodeLaws.APPLIED_KEY);
        return expires != null
                && applied != null
                && ByteBuffer.wrap(expires).getLong()
                        <= ByteBuffer.wrap(applied).getLong(2 * Long.BYTES);
    }

    private boolean timed(byte[] dataKey) {
        byte[] key = dataKey.clone();
        key[0] = NodeLaws.EXPIRY;
        return now.containsKey(key);
    }

    private static long record(byte[] key, byte[] value) {
        return value == null || key[0] != NodeLaws.DATA
                ? 0
                : (Arrays.hashCode(key) * 0x9E3779B97F4A7C15L + Arrays.hashCode(value)) * 0xD6E8FEB86659FD93L;
    }

    /** After all of it has changed. */
    private void recount() {
        bytes = 0;
        hash = 0;
        index = 0;
        now.forEach((key, value) -> {
            bytes += value.length;
            hash += record(key, value);
            index = key[0] == 'm' ? ByteBuffer.wrap(value).getLong(Long.BYTES) : index;
        });
    }

    int keys() {
        return now.size();
    }

    /** Whether a key can't be read, and since when; 0: it can. */
    long rottenSince(byte[] key) {
        return rotten.getOrDefault(key, 0L);
    }

    /** A record of a copy that came, as it lay there. */
    void receive(byte[] key, byte[] value, long rottenSince) {
        now.put(key, value);
        durable.put(key, value);
        if (rottenSince != 0) {
            rotten.put(key, rottenSince);
        }
    }

    /** All records of a copy are there. */
    void received() {
        finished = true;
        recount();
    }

    /** The n-th key can't be read any more; it is noticed when it is. */
    void rot(int n, long since) {
        int i = 0;
        for (byte[] key : now.keySet()) {
            if (i++ == n) {
                rotten.put(key, since);
                return;
            }
        }
    }

    /**
     * A bit of a record's value changes, in memory and below, and no checksum says so; again, and it is as it was. Laws that go by what was written
     * don't see it. A record that is to go isn't chosen: it might be gone before anybody looks.
     *
     * @return whether there was a record
     */
    boolean flip() {
        for (Map.Entry<byte[], byte[]> record : now.entrySet()) {
            if (record.getKey()[0] == NodeLaws.DATA && record.getValue().length > 0 && !timed(record.getKey())) {
                byte[] other = record.getValue().clone();
                other[other.length - 1] ^= 1;
                byte[] key = record.getKey();
                now.put(key, other);
                durable.computeIfPresent(key, (k, v) -> other);
                return true;
            }
        }
        return false;
    }

    /** Memory is lost. A store writes out its memory by itself now and then, so some of the last writes may be there. */
    @Override
    public void crash(boolean machineToo, SplittableRandom random) {
        int written = unflushed.isEmpty() || random.nextInt(4) > 0 ? 0 : random.nextInt(unflushed.size() + 1);
        unflushed.subList(0, written).forEach(write -> write.applyTo(durable));
        damaged |= machineToo && fragile;
        closed();
    }

    /** Without a flush: what was in memory only is gone, as if the process had died. */
    void closed() {
        openedBy = null;
        if (!unflushed.isEmpty()) {
            unflushed.clear();
            now.clear();
            now.putAll(durable);
            recount();
        }
    }
}
