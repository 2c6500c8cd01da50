package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** A {@link LogStore} in one RocksDB: keys are kind, replica id, and for entries the index, big-endian. */
public final class RocksLogStore implements LogStore {
    private static final byte META = 0;
    private static final byte HEADER = 1;
    private static final byte ENTRY = 2;
    private static final byte[] UUID_KEY = {META, 'u'};

    private final RocksEnvironment rocks;
    private final Path directory;
    private final ReadWriteLock opened = new ReentrantReadWriteLock();
    private Options options;
    private RocksDB db;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final String diskUuid;
    private volatile StorageException broken;

    private RocksLogStore(RocksEnvironment rocks, Path directory, Options options, RocksDB db, String diskUuid) {
        this.rocks = rocks;
        this.directory = directory;
        this.options = options;
        this.db = db;
        this.diskUuid = diskUuid;
    }

    /** Makes an empty store for a disk. */
    public static RocksLogStore create(RocksEnvironment rocks, Path directory, String diskUuid) {
        DurableFiles.createDirectories(directory.getParent());
        Options options = rocks.logOptions().setCreateIfMissing(true).setErrorIfExists(true);
        try {
            RocksDB db = RocksDB.open(options, directory.toString());
            RocksLogStore store = new RocksLogStore(rocks, directory, options, db, diskUuid);
            db.put(store.synced, UUID_KEY, diskUuid.getBytes(StandardCharsets.UTF_8));
            DurableFiles.syncDirectory(directory.getParent());
            return store;
        } catch (RocksDBException e) {
            options.close();
            throw StorageErrors.of("creating the log " + directory, e);
        }
    }

    /** Opens a store; one that was never finished, or is damaged, is a REPLICA failure: the disk has lost its log. */
    public static RocksLogStore open(RocksEnvironment rocks, Path directory) {
        return open(rocks, rocks.logOptions(), directory, RocksDB::open);
    }

    /** The same for reading alone: nothing is changed, and every write fails. */
    static RocksLogStore openReadOnly(RocksEnvironment rocks, Path directory) {
        return open(rocks, rocks.silent(rocks.logOptions()), directory, RocksDB::openReadOnly);
    }

    private interface Opening {
        RocksDB open(Options options, String directory) throws RocksDBException;
    }

    private static RocksLogStore open(RocksEnvironment rocks, Options options, Path directory, Opening opening) {
        try {
            RocksDB db = opening.open(options, directory.toString());
            byte[] uuid = db.get(UUID_KEY);
            if (uuid == null) {
                db.close();
                throw new StorageException(StorageException.Kind.REPLICA, "the log " + directory + " names no disk");
            }
            return new RocksLogStore(rocks, directory, options, db, new String(uuid, StandardCharsets.UTF_8));
        } catch (RocksDBException e) {
            options.close();
            throw StorageErrors.of("opening the log " + directory, e);
        }
    }

    private final class RocksGroup implements Group {
        private final WriteBatch batch = new WriteBatch();

        @Override
        public void header(long replica, LogHeader header) {
            put(headerKey(replica), header.toBytes());
        }

        @Override
        public void append(long replica, Entry entry) {
            put(entryKey(replica, entry.index()), EntryCodec.encode(entry));
        }

        @Override
        public void truncate(long replica, long from) {
            deleteRange(entryKey(replica, from), entryKey(replica + 1, 0));
        }

        @Override
        public void free(long replica, long upTo) {
            deleteRange(entryKey(replica, 0), entryKey(replica, upTo + 1));
        }

        private void put(byte[] key, byte[] value) {
            try {
                batch.put(key, value);
            } catch (RocksDBException e) {
                throw StorageErrors.of("collecting log writes", e);
            }
        }

        private void deleteRange(byte[] from, byte[] end) {
            try {
                batch.deleteRange(from, end);
            } catch (RocksDBException e) {
                throw StorageErrors.of("collecting log writes", e);
            }
        }

        @Override
        public long bytes() {
            return batch.getDataSize();
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    @Override
    public Group group() {
        return new RocksGroup();
    }

    @Override
    public void write(Group group, boolean sync) {
        if (broken != null) {
            throw broken;
        }
        try {
            db.write(sync ? synced : unsynced, ((RocksGroup) group).batch);
        } catch (RocksDBException e) {
            broken = StorageErrors.of("writing the log " + directory, e);
            throw broken;
        }
    }

    @Override
    public void reopen() {
        opened.writeLock().lock();
        try {
            closeDb();
            options = rocks.logOptions();
            db = RocksDB.open(options, directory.toString());
            broken = null;
        } catch (RocksDBException e) {
            broken = StorageErrors.of("opening the log " + directory, e);
            throw broken;
        } finally {
            opened.writeLock().unlock();
        }
    }

    /** An operation of RocksDB that reads. */
    private interface Reading<T> {
        T from(RocksDB db) throws RocksDBException;
    }

    private <T> T read(String what, Reading<T> reading) {
        opened.readLock().lock();
        try {
            if (db == null) {
                throw broken;
            }
            return reading.from(db);
        } catch (RocksDBException e) {
            throw StorageErrors.of("reading " + what, e);
        } finally {
            opened.readLock().unlock();
        }
    }

    @Override
    public String diskUuid() {
        return diskUuid;
    }

    @Override
    public Optional<LogHeader> header(long replica) {
        byte[] value = get(headerKey(replica));
        return value == null ? Optional.empty() : Optional.of(LogHeader.decode(value));
    }

    @Override
    public Map<Long, LogHeader> headers() {
        return read("the log's headers", store -> {
            Map<Long, LogHeader> all = new TreeMap<>();
            try (RocksIterator it = store.newIterator()) {
                for (it.seek(headerKey(0)); it.isValid() && it.key()[0] == HEADER; it.next()) {
                    all.put(ByteBuffer.wrap(it.key()).getLong(1), LogHeader.decode(it.value()));
                }
                it.status();
            }
            return all;
        });
    }

    @Override
    public Optional<EntryId> last(long replica) {
        return read("the end of the log of replica " + replica, store -> {
            try (Slice lower = new Slice(entryKey(replica, 0));
                    ReadOptions within = new ReadOptions().setIterateLowerBound(lower);
                    RocksIterator it = store.newIterator(within)) {
                it.seekForPrev(entryKey(replica, Long.MAX_VALUE));
                it.status();
                return it.isValid()
                        ? Optional.of(new EntryId(EntryCodec.epochOf(it.value()), indexOf(it.key())))
                        : Optional.empty();
            }
        });
    }

    @Override
    public long epochAt(long replica, long index) {
        byte[] value = get(entryKey(replica, index));
        if (value == null) {
            throw missing(replica, index);
        }
        return EntryCodec.epochOf(value);
    }

    @Override
    public List<Entry> read(long replica, long from, long to, long maxBytes) {
        return read("the log of replica " + replica, store -> read(store, replica, from, to, maxBytes));
    }

    private static List<Entry> read(RocksDB store, long replica, long from, long to, long maxBytes)
            throws RocksDBException {
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        long next = from;
        try (Slice upper = new Slice(entryKey(replica, to + 1));
                ReadOptions within = new ReadOptions().setIterateUpperBound(upper);
                RocksIterator it = store.newIterator(within)) {
            for (it.seek(entryKey(replica, from)); it.isValid() && indexOf(it.key()) == next; it.next(), next++) {
                Entry entry = EntryCodec.decode(next, it.value());
                bytes += entry.bytes();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    return entries;
                }
                entries.add(entry);
            }
            it.status();
        }
        if (entries.isEmpty() || (next <= to && bytes <= maxBytes)) {
            throw missing(replica, next);
        }
        return entries;
    }

    @Override
    public long approximateBytes(long replica) {
        return read("the size of the log of replica " + replica, store -> {
            try (Slice from = new Slice(entryKey(replica, 0));
                    Slice end = new Slice(entryKey(replica + 1, 0))) {
                return store.getApproximateSizes(
                                List.of(new Range(from, end)),
                                SizeApproximationFlag.INCLUDE_FILES,
                                SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
            }
        });
    }

    private byte[] get(byte[] key) {
        return read("the log " + directory, store -> store.get(key));
    }

    @Override
    public void close() {
        opened.writeLock().lock(); // whoever reads has done so
        try {
            closeDb();
            broken = broken == null ? closed() : broken;
        } finally {
            opened.writeLock().unlock();
        }
        synced.close();
        unsynced.close();
    }

    private StorageException closed() {
        return new StorageException(StorageException.Kind.DISK, "the log " + directory + " is closed");
    }

    private void closeDb() {
        if (db != null) {
            db.close();
            db = null;
        }
        options.close();
    }

    private static StorageException missing(long replica, long index) {
        return new StorageException(
                StorageException.Kind.REPLICA,
                "entry " + index + " of replica " + replica + " is missing from the log");
    }

    private static byte[] headerKey(long replica) {
        return ByteBuffer.allocate(9).put(HEADER).putLong(replica).array();
    }

    private static byte[] entryKey(long replica, long index) {
        return ByteBuffer.allocate(17)
                .put(ENTRY)
                .putLong(replica)
                .putLong(index)
                .array();
    }

    private static long indexOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(9);
    }
}
