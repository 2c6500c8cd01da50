package io.kintsugi.master.store;

import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB with one column family and no WAL: a flush of it is atomic, so data and applied position can't come apart, and what a
 * crash takes away
 * Raft's log gives back.
 *
 * <p>Keys: {@code 0} is the applied position; {@code 1, table (4 bytes, big endian), key} is a row.
 */
public final class RocksStateStore implements StateStore {
    private static final byte[] APPLIED = {0};
    private static final byte ROW = 1;
    private static final int ROW_PREFIX = 1 + Integer.BYTES;
    private static final long WRITE_BUFFER_BYTES = 16L << 20;
    private static final int OPEN_FILES = 256;

    private final Path directory;
    private final Options options;
    private final WriteOptions writeOptions;
    private final FlushOptions flushOptions = new FlushOptions().setWaitForFlush(true);
    private final RocksDB db;
    /** Readers of this lock use the native database; its writer takes it away. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;
    private volatile LogPosition applied;

    private RocksStateStore(Path directory, Options options, RocksDB db) throws RocksDBException {
        this.directory = directory;
        this.options = options;
        this.writeOptions = new WriteOptions().setDisableWAL(true);
        this.db = db;
        byte[] position = db.get(APPLIED);
        this.applied = position == null ? LogPosition.START : decode(position);
    }

    /** Opens the store in this directory, or makes an empty one. The parent directory must exist. */
    public static RocksStateStore open(Path directory) {
        Options options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxOpenFiles(OPEN_FILES)
                // close() flushes by itself; kill() must not
                .setAvoidFlushDuringShutdown(true)
                .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
                .setKeepLogFileNum(1)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
        try {
            return new RocksStateStore(directory, options, RocksDB.open(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw new StoreException("can't open the state store " + directory, e);
        }
    }

    @Override
    public LogPosition applied() {
        return applied;
    }

    @Override
    public void write(List<Change> changes, LogPosition position) {
        using("write to", () -> {
            try (WriteBatch batch = new WriteBatch()) {
                for (Change change : changes) {
                    byte[] key = rowKey(change.table(), change.key());
                    if (change.value() == null) {
                        batch.delete(key);
                    } else {
                        batch.put(key, change.value());
                    }
                }
                batch.put(APPLIED, encode(position));
                db.write(writeOptions, batch);
            }
            applied = position;
        });
    }

    @Override
    public void forEach(Reader reader) {
        forEachAt(position -> reader);
    }

    /**
     * As {@link #forEach}, all of one position, which is told first. Entries go on being applied meanwhile; closing waits for it.
     *
     * @param at gets the position, gives who reads the rows
     */
    public void forEachAt(Function<LogPosition, Reader> at) {
        using("read", () -> {
            try (RocksIterator rows = db.newIterator()) { // sees the database as it is now, position and rows alike
                rows.seekToFirst();
                boolean positioned = rows.isValid() && Arrays.equals(rows.key(), APPLIED);
                Reader reader = at.apply(positioned ? decode(rows.value()) : LogPosition.START);
                for (rows.seek(new byte[] {ROW}); rows.isValid(); rows.next()) {
                    tell(rows, reader);
                }
                rows.status();
            }
        });
    }

    private static void tell(RocksIterator row, Reader reader) {
        byte[] key = row.key();
        reader.row(ByteBuffer.wrap(key).getInt(1), Arrays.copyOfRange(key, ROW_PREFIX, key.length), row.value());
    }

    @Override
    public void scan(int table, byte[] from, boolean up, Scan scan) {
        byte[] start = rowKey(table, from);
        using("read", () -> {
            try (RocksIterator rows = db.newIterator()) {
                if (up) {
                    rows.seek(start);
                } else {
                    rows.seekForPrev(start);
                }
                while (rows.isValid() && isOf(table, rows.key())) {
                    byte[] key = rows.key();
                    if (!scan.row(Arrays.copyOfRange(key, ROW_PREFIX, key.length), rows.value())) {
                        break;
                    }
                    if (up) {
                        rows.next();
                    } else {
                        rows.prev();
                    }
                }
                rows.status();
            }
        });
    }

    private static boolean isOf(int table, byte[] key) {
        return key.length >= ROW_PREFIX && ByteBuffer.wrap(key).getInt(1) == table;
    }

    @Override
    public LogPosition flush() {
        LogPosition[] flushed = new LogPosition[1];
        using("flush", () -> {
            // taken first: the writer may go on meanwhile, and at least this much is in what is flushed
            flushed[0] = applied;
            db.flush(flushOptions);
        });
        return flushed[0];
    }

    @Override
    public void checkpoint(Path target) {
        using("checkpoint", () -> {
            try (Checkpoint checkpoint = Checkpoint.create(db)) {
                checkpoint.createCheckpoint(target.toString()); // flushes first, since there is no WAL
            }
        });
    }

    /** Flushes and closes. */
    @Override
    public void close() {
        close(true);
    }

    /** Closes as a crash would: what isn't flushed is gone. */
    public void kill() {
        close(false);
    }

    private void close(boolean flush) {
        use.writeLock().lock();
        try (options;
                writeOptions;
                flushOptions;
                db) { // closing these twice does nothing
            if (!closed && flush) {
                db.flush(flushOptions);
            }
        } catch (RocksDBException e) {
            throw new StoreException("can't flush the state store " + directory, e);
        } finally {
            closed = true;
            use.writeLock().unlock();
        }
    }

    private interface Work {
        void run() throws RocksDBException;
    }

    private void using(String what, Work work) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the state store " + directory + " is closed");
            }
            work.run();
        } catch (RocksDBException e) {
            throw new StoreException("can't " + what + " the state store " + directory, e);
        } finally {
            use.readLock().unlock();
        }
    }

    private static byte[] rowKey(int table, byte[] key) {
        return ByteBuffer.allocate(ROW_PREFIX + key.length)
                .put(ROW)
                .putInt(table)
                .put(key)
                .array();
    }

    private static byte[] encode(LogPosition position) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(position.term())
                .putLong(position.index())
                .array();
    }

    private static LogPosition decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new LogPosition(buffer.getLong(), buffer.getLong());
    }
}
