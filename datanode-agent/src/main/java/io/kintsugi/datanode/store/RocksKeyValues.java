package io.kintsugi.datanode.store;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** {@link KeyValues} in one RocksDB, whose WAL is off. A checkpoint is made of hard links. */
final class RocksKeyValues implements KeyValues {
    private final Options options;
    private final RocksDB db;
    private final WriteOptions noWal = new WriteOptions().setDisableWAL(true);

    private RocksKeyValues(Options options, RocksDB db) {
        this.options = options;
        this.db = db;
    }

    /** @param options closed with the store */
    static RocksKeyValues open(Options options, Path directory) {
        try {
            return new RocksKeyValues(options, RocksDB.open(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw StorageErrors.of("opening the data " + directory, e);
        }
    }

    /** @param options closed with the store */
    static RocksKeyValues openReadOnly(Options options, Path directory) {
        try {
            return new RocksKeyValues(options, RocksDB.openReadOnly(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw StorageErrors.of("opening the data " + directory, e);
        }
    }

    private final class RocksBatch implements Batch {
        private final WriteBatch batch = new WriteBatch();

        @Override
        public void put(byte[] key, byte[] value) {
            try {
                batch.put(key, value);
            } catch (RocksDBException e) {
                throw failed("writing", e);
            }
        }

        @Override
        public void delete(byte[] key) {
            try {
                batch.delete(key);
            } catch (RocksDBException e) {
                throw failed("writing", e);
            }
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    @Override
    public Batch batch() {
        return new RocksBatch();
    }

    @Override
    public void write(Batch batch) {
        try {
            db.write(noWal, ((RocksBatch) batch).batch);
        } catch (RocksDBException e) {
            throw failed("writing", e);
        }
    }

    @Override
    public byte[] get(byte[] key) {
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw failed("reading", e);
        }
    }

    @Override
    public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
        try (RocksIterator it = db.newIterator()) {
            for (it.seek(new byte[] {prefix}); it.isValid() && it.key()[0] == prefix; it.next()) {
                visitor.accept(it.key(), it.value());
            }
            it.status();
        } catch (RocksDBException e) {
            throw failed("reading", e);
        }
    }

    private final class RocksSnapshot implements Snapshot {
        private final org.rocksdb.Snapshot snapshot = db.getSnapshot();
        /** A scan reads everything once: it is to leave the cache to those who read again. */
        private final ReadOptions asThen =
                new ReadOptions().setSnapshot(snapshot).setFillCache(false);

        @Override
        public byte[] get(byte[] key) {
            try {
                return db.get(asThen, key);
            } catch (RocksDBException e) {
                throw failed("reading", e);
            }
        }

        @Override
        public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
            try (RocksIterator it = db.newIterator(asThen)) {
                it.seek(from);
                while (it.isValid() && visitor.test(it.key(), it.value())) {
                    it.next();
                }
                it.status();
            } catch (RocksDBException e) {
                throw failed("reading", e);
            }
        }

        @Override
        public void close() {
            asThen.close();
            db.releaseSnapshot(snapshot);
        }
    }

    @Override
    public Snapshot snapshot() {
        return new RocksSnapshot();
    }

    @Override
    public void flush() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
        } catch (RocksDBException e) {
            throw failed("flushing", e);
        }
    }

    @Override
    public void checkpoint(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw StorageErrors.of("taking the checkpoint " + directory, e);
        }
    }

    @Override
    public void verify() {
        try {
            db.verifyChecksum();
        } catch (RocksDBException e) {
            throw failed("verifying", e);
        }
    }

    @Override
    public long bytes() {
        try {
            return db.getLongProperty("rocksdb.live-sst-files-size")
                    + db.getLongProperty("rocksdb.cur-size-active-mem-table");
        } catch (RocksDBException e) {
            throw failed("measuring", e);
        }
    }

    @Override
    public long estimatedKeys() {
        try {
            return db.getLongProperty("rocksdb.estimate-num-keys");
        } catch (RocksDBException e) {
            throw failed("measuring", e);
        }
    }

    @Override
    public void close() {
        db.close();
        noWal.close();
        options.close();
    }

    private StorageException failed(String doing, RocksDBException e) {
        return StorageErrors.of(doing + " the data " + db.getName(), e);
    }
}
