package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One replica's data: keys and values, the clients' sessions, and the last applied entry, all written in one batch without a WAL. What a
 * crash loses is applied again from the log. {@link #apply} and {@link #get} belong to the disk's event loop; {@link #flush} and {@link
 * #checkpoint} may run beside them.
 */
public final class ReplicaStore implements AutoCloseable {
    private static final byte META = 'm';
    private static final byte DATA = 'd';
    private static final byte SESSION = 's';
    private static final byte[] APPLIED_KEY = {META, 'a'};

    private final Options options;
    private final RocksDB db;
    private final WriteOptions noWal = new WriteOptions().setDisableWAL(true);
    private volatile EntryId applied;
    /** Ahead of {@link #applied} while a batch is being written. */
    private volatile EntryId applying;

    private long timeMs;
    private volatile StorageException broken;
    private volatile boolean closed;

    private ReplicaStore(Options options, RocksDB db) throws RocksDBException {
        this.options = options;
        this.db = db;
        byte[] meta = db.get(APPLIED_KEY);
        ByteBuffer in = meta == null ? ByteBuffer.allocate(3 * Long.BYTES) : ByteBuffer.wrap(meta);
        applied = new EntryId(in.getLong(), in.getLong());
        applying = applied;
        timeMs = in.getLong();
    }

    /** Whether a store was ever finished there. */
    public static boolean exists(Path directory) {
        return Files.exists(directory.resolve("CURRENT"));
    }

    /** Makes an empty store; its files are on disk when this returns. */
    public static ReplicaStore create(RocksEnvironment rocks, Path directory) {
        ReplicaStore store = open(rocks.dataOptions().setCreateIfMissing(true).setErrorIfExists(true), directory);
        store.flush();
        DurableFiles.syncDirectory(directory);
        return store;
    }

    public static ReplicaStore open(RocksEnvironment rocks, Path directory) {
        return open(rocks.dataOptions(), directory);
    }

    private static ReplicaStore open(Options options, Path directory) {
        try {
            return new ReplicaStore(options, RocksDB.open(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw StorageErrors.of("opening the data " + directory, e);
        }
    }

    /** The last entry whose effect a closed store holds, such as a checkpoint. */
    public static EntryId lastOf(RocksEnvironment rocks, Path directory) {
        try (Options options = rocks.dataOptions();
                RocksDB db = RocksDB.openReadOnly(options, directory.toString())) {
            byte[] meta = db.get(APPLIED_KEY);
            return meta == null
                    ? EntryId.NONE
                    : new EntryId(
                            ByteBuffer.wrap(meta).getLong(),
                            ByteBuffer.wrap(meta).getLong(Long.BYTES));
        } catch (RocksDBException e) {
            throw StorageErrors.of("opening the checkpoint " + directory, e);
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
        try (WriteBatch batch = new WriteBatch()) {
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
            db.write(noWal, batch);
            timeMs = now;
            applied = next;
            return results;
        } catch (RocksDBException e) {
            broken = StorageErrors.of("writing the data " + db.getName(), e);
            throw broken;
        }
    }

    private ApplyResult apply(Entry entry, long now, Map<Long, Session> touched, WriteBatch batch)
            throws RocksDBException {
        if (entry.op() == Entry.Op.NOOP) {
            return ApplyResult.APPLIED;
        }
        Session session = touched.get(entry.client());
        if (session == null) {
            byte[] stored = db.get(sessionKey(entry.client()));
            session = stored == null ? new Session() : Session.of(stored);
        }
        ApplyResult result = session.take(entry.sequence(), now);
        if (result == ApplyResult.SESSION_EXPIRED) {
            return result;
        }
        touched.put(entry.client(), session);
        if (result == ApplyResult.APPLIED) {
            if (entry.op() == Entry.Op.PUT) {
                batch.put(dataKey(entry.key()), entry.value());
            } else {
                batch.delete(dataKey(entry.key()));
            }
        }
        return result;
    }

    public Optional<byte[]> get(byte[] key) {
        requireOpen();
        try {
            return Optional.ofNullable(db.get(dataKey(key)));
        } catch (RocksDBException e) {
            throw StorageErrors.of("reading the data " + db.getName(), e);
        }
    }

    /** The last entry whose effect is in the store, flushed or not. */
    public EntryId applied() {
        return applied;
    }

    /** Makes what is applied durable, and returns the index up to which it now survives a crash. */
    public synchronized long flush() {
        requireOpen();
        long upTo = applied.index();
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
            return upTo;
        } catch (RocksDBException e) {
            broken = StorageErrors.of("flushing the data " + db.getName(), e);
            throw broken;
        }
    }

    /**
     * Takes a copy by hard links, on the same file system, into a directory that must not exist. Flushes first.
     *
     * @return the last entry whose effect is in the copy
     */
    public synchronized EntryId checkpoint(RocksEnvironment rocks, Path directory) {
        requireOpen();
        EntryId before = applied;
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw StorageErrors.of("taking the checkpoint " + directory, e);
        }
        // nothing was begun meanwhile: the copy holds what was applied before. Otherwise only the copy itself can tell
        return before.equals(applying) ? before : lastOf(rocks, directory);
    }

    /** Removes sessions that count as forgotten anyway; no answer changes by it. Belongs to the event loop. */
    public int dropExpiredSessions() {
        int dropped = 0;
        try (WriteBatch batch = new WriteBatch();
                RocksIterator it = db.newIterator()) {
            for (it.seek(new byte[] {SESSION}); it.isValid() && it.key()[0] == SESSION; it.next()) {
                if (Session.of(it.value()).expired(timeMs)) {
                    batch.delete(it.key());
                    dropped++;
                }
            }
            it.status();
            db.write(noWal, batch);
            return dropped;
        } catch (RocksDBException e) {
            throw StorageErrors.of("dropping expired sessions of " + db.getName(), e);
        }
    }

    /** Bytes of the data, in files and in memory. */
    public long bytes() {
        requireOpen();
        try {
            return db.getLongProperty("rocksdb.live-sst-files-size")
                    + db.getLongProperty("rocksdb.cur-size-active-mem-table");
        } catch (RocksDBException e) {
            throw StorageErrors.of("measuring " + db.getName(), e);
        }
    }

    /** Closes without flushing. Closing again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        db.close();
        noWal.close();
        options.close();
    }

    /** Native code doesn't survive a call on a closed store; a bug of ours must not end the process. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the data store is closed");
        }
    }

    private static byte[] dataKey(byte[] key) {
        return ByteBuffer.allocate(1 + key.length).put(DATA).put(key).array();
    }

    private static byte[] sessionKey(long client) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(SESSION).putLong(client).array();
    }
}
