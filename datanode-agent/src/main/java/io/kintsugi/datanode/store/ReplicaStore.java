package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.Verdict;
import io.kintsugi.datanode.replica.WriteRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * One replica's data: keys and values, the clients' sessions, and the last applied entry, all written in one batch without a WAL. What a
 * crash loses is applied again from the log. {@link #apply} and {@link #get} belong to the disk's event loop; {@link #flush} and {@link
 * #checkpoint} may run beside them.
 */
public final class ReplicaStore implements AutoCloseable {
    static final byte META = 'm';
    static final byte SESSION = 's';
    private static final byte[] APPLIED_KEY = {META, 'a'};

    private final Stores stores;
    private final KeyValues data;
    private final Records records;
    private volatile EntryId applied;
    /** Ahead of {@link #applied} while a batch is being written. */
    private volatile EntryId applying;

    private long timeMs;
    /** Counts that hold a snapshot. */
    private final Set<RangeCount> counts = ConcurrentHashMap.newKeySet();
    /** The last that ended; null: none since it was opened. */
    private volatile ContentDigest counted;

    private volatile StorageException broken;
    private volatile boolean closed;

    private ReplicaStore(Stores stores, KeyValues data) {
        this.stores = stores;
        this.data = data;
        this.records = new Records(data);
        byte[] meta = data.get(APPLIED_KEY);
        applied = appliedOf(meta);
        applying = applied;
        timeMs = timeOf(meta);
    }

    /** The replica's time, by which sessions and records expire. */
    private static long timeOf(byte[] meta) {
        return meta == null ? 0 : ByteBuffer.wrap(meta).getLong(2 * Long.BYTES);
    }

    static EntryId appliedOf(KeyValues.Snapshot snapshot) {
        return appliedOf(snapshot.get(APPLIED_KEY));
    }

    static long timeOf(KeyValues.Snapshot snapshot) {
        return timeOf(snapshot.get(APPLIED_KEY));
    }

    private static EntryId appliedOf(byte[] meta) {
        if (meta == null) {
            return EntryId.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(meta);
        return new EntryId(in.getLong(), in.getLong());
    }

    /** Makes an empty store; its files are on disk when this returns. */
    public static ReplicaStore create(Stores stores, Path directory) {
        return new ReplicaStore(stores, stores.createData(directory));
    }

    public static ReplicaStore open(Stores stores, Path directory) {
        return new ReplicaStore(stores, stores.openData(directory));
    }

    /** The last entry whose effect a closed store holds, such as a checkpoint. */
    public static EntryId lastOf(Stores stores, Path directory) {
        try (KeyValues data = stores.readData(directory)) {
            return appliedOf(data.get(APPLIED_KEY));
        }
    }

    /**
     * The same, once all of it was read.
     *
     * @throws StorageException REPLICA when some of it isn't what was once written
     */
    public static EntryId verifiedLastOf(Stores stores, Path directory) {
        try (KeyValues data = stores.readData(directory)) {
            data.verify();
            return appliedOf(data.get(APPLIED_KEY));
        }
    }

    /**
     * Applies the entries that follow {@link #applied()}, in one batch with the sessions and the applied index.
     *
     * @return what each did
     */
    public List<ApplyResult> apply(List<Entry> entries) {
        requireOpen();
        if (broken != null) {
            throw broken;
        }
        List<ApplyResult> results = new ArrayList<>(entries.size());
        Map<Long, Session> touched = new HashMap<>();
        long now = timeMs;
        try (KeyValues.Batch batch = data.batch()) {
            for (Entry entry : entries) {
                now = Math.max(now, entry.timeMs());
                results.add(apply(entry, now, touched, batch));
            }
            for (Map.Entry<Long, Session> session : touched.entrySet()) {
                batch.put(sessionKey(session.getKey()), session.getValue().toBytes());
            }
            Entry last = entries.get(entries.size() - 1);
            batch.put(
                    APPLIED_KEY,
                    ByteBuffer.allocate(3 * Long.BYTES)
                            .putLong(last.epoch())
                            .putLong(last.index())
                            .putLong(now)
                            .array());
            EntryId next = new EntryId(last.epoch(), last.index());
            applying = next;
            data.write(batch);
            timeMs = now;
            applied = next;
            return results;
        } catch (StorageException e) {
            broken = e;
            throw e;
        }
    }

    private ApplyResult apply(Entry entry, long now, Map<Long, Session> touched, KeyValues.Batch batch) {
        if (entry.op() == Entry.Op.NOOP) {
            return ApplyResult.APPLIED;
        }
        Session session = touched.get(entry.client());
        if (session == null) {
            session = session(entry.client());
        }
        ApplyResult result = session.take(entry.sequence(), now, entry.op() == Entry.Op.REFUSED);
        if (result == ApplyResult.SESSION_EXPIRED) {
            return result;
        }
        touched.put(entry.client(), session);
        if (result == ApplyResult.APPLIED) {
            if (entry.op() == Entry.Op.PUT) {
                records.put(batch, entry.key(), entry.value(), entry.expiresMs());
            } else {
                records.delete(batch, entry.key());
            }
        }
        return result;
    }

    /** What is there by the replica's own time. */
    public Optional<byte[]> get(byte[] key) {
        return get(key, 0);
    }

    /** @param nowMs by the clock of whoever reads; the replica's time, if that is ahead of it */
    public Optional<byte[]> get(byte[] key, long nowMs) {
        requireOpen();
        return Optional.ofNullable(records.get(key).at(Math.max(nowMs, timeMs)));
    }

    /** Keys from this one on, in order, with their values as they are now, until the visitor has had enough. Belongs to the event loop. */
    public void scan(byte[] from, long nowMs, BiPredicate<byte[], byte[]> visitor) {
        requireOpen();
        records.scan(from, Math.max(nowMs, timeMs), visitor);
    }

    /** The newest time of all that is applied, by which sessions and records expire. Belongs to the event loop. */
    public long timeMs() {
        return timeMs;
    }

    /**
     * As {@link io.kintsugi.datanode.replica.Effects#judge} has it: sessions of the key's writers, and the key itself, as if those entries were
     * applied.
     */
    public Verdict judge(List<Entry> unapplied, WriteRequest request) {
        requireOpen();
        Map<Long, Session> writers = new HashMap<>();
        writers.put(request.client(), session(request.client()));
        for (Entry entry : unapplied) {
            if (Arrays.equals(entry.key(), request.key())) {
                writers.computeIfAbsent(entry.client(), this::session);
            }
        }
        Records.Value current = records.get(request.key());
        long now = timeMs;
        for (Entry entry : unapplied) {
            now = Math.max(now, entry.timeMs());
            Session writer = entry.op() == Entry.Op.NOOP ? null : writers.get(entry.client());
            boolean done = writer != null
                    && writer.take(entry.sequence(), now, entry.op() == Entry.Op.REFUSED) == ApplyResult.APPLIED;
            if (done && Arrays.equals(entry.key(), request.key())) {
                current = entry.op() == Entry.Op.PUT
                        ? new Records.Value(entry.value(), entry.expiresMs())
                        : Records.Value.NONE;
            }
        }
        now = Math.max(now, request.timeMs());
        if (writers.get(request.client()).take(request.sequence(), now, false) != ApplyResult.APPLIED) {
            return new Verdict(false, false, null);
        }
        byte[] found = current.at(now);
        return new Verdict(request.condition().holds(found), true, found);
    }

    private Session session(long client) {
        byte[] stored = data.get(sessionKey(client));
        return stored == null ? new Session() : Session.of(stored);
    }

    /** Removes the bytes of records that are over anyway; no answer changes by it, nor any digest. As {@link Records#sweep}. */
    public byte[] sweepRecords(byte[] from, int most) {
        requireOpen();
        return records.sweep(from, most, timeMs);
    }

    /** The last entry whose effect is in the store, flushed or not. */
    public EntryId applied() {
        return applied;
    }

    /** Makes what is applied durable, and returns the index up to which it now survives a crash. */
    public synchronized long flush() {
        requireOpen();
        long upTo = applied.index();
        try {
            data.flush();
            return upTo;
        } catch (StorageException e) {
            broken = e;
            throw e;
        }
    }

    /**
     * Takes a copy, on the same disk, into a directory that must not exist.
     *
     * @return the last entry whose effect is in the copy
     */
    public synchronized EntryId checkpoint(Path directory) {
        requireOpen();
        EntryId before = applied;
        data.checkpoint(directory);
        // nothing was begun meanwhile: the copy holds what was applied before. Otherwise only the copy itself can tell
        return before.equals(applying) ? before : lastOf(stores, directory);
    }

    /**
     * Completes the files of a copy that nobody has open by the entries behind them; all of it is durable when this returns.
     *
     * @throws StorageException REPLICA when the files aren't what was once written
     */
    public static void complete(Stores stores, Path directory, List<Entry> tail) {
        try (ReplicaStore store = open(stores, directory)) {
            store.data.verify();
            if (!tail.isEmpty()) {
                store.apply(tail);
                store.flush();
            }
        }
    }

    /** Reads all that is flushed. @throws StorageException REPLICA when some of it isn't what was once written */
    public synchronized void verify() {
        requireOpen();
        data.verify();
    }

    /** Removes sessions that count as forgotten anyway; no answer changes by it. Belongs to the event loop. */
    public int dropExpiredSessions() {
        int[] dropped = {0};
        try (KeyValues.Batch batch = data.batch()) {
            data.scan(SESSION, (key, session) -> {
                if (Session.of(session).expired(timeMs)) {
                    batch.delete(key);
                    dropped[0]++;
                }
            });
            data.write(batch);
        }
        return dropped[0];
    }

    /** Bytes of the data, in files and in memory. */
    public long bytes() {
        requireOpen();
        return data.bytes();
    }

    // ------------------------------------------------------------------ counting
    /** Begins to count what is in the store now. Belongs to the event loop. */
    public RangeCount beginCount() {
        requireOpen();
        RangeCount count = new RangeCount(data.snapshot());
        counts.add(count);
        return count;
    }

    /**
     * Counts so many bytes more, beside the event loop.
     *
     * @return whether there are more; false too when the store was closed meanwhile
     */
    public synchronized boolean count(RangeCount count, long bytes) {
        if (!counts.contains(count)) {
            return false;
        }
        boolean more = count.step(bytes);
        if (!more) {
            counted = count.digest().orElseThrow();
        }
        return more;
    }

    /** Of a count that is done, or isn't needed any more. */
    public synchronized void endCount(RangeCount count) {
        if (counts.remove(count)) {
            count.close();
        }
    }

    /**
     * Live records: exactly when nothing was applied since the last count, else what RocksDB thinks, as far as that count and what was applied
     * since allow.
     */
    public long records() {
        requireOpen();
        long guess = Math.max(0, data.estimatedKeys() - 1); // without the applied index; sessions are few
        ContentDigest known = counted;
        if (known == null) {
            return guess;
        }
        long since = Math.max(0, applied.index() - known.at().index());
        return Math.max(0, Math.clamp(guess, known.records() - since, known.records() + since));
    }

    /** Closes without flushing. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            counts.forEach(RangeCount::close);
            counts.clear();
            data.close();
        }
    }

    /** Native code doesn't survive a call on a closed store; a bug of ours must not end the process. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the data store is closed");
        }
    }

    private static byte[] sessionKey(long client) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(SESSION).putLong(client).array();
    }
}
