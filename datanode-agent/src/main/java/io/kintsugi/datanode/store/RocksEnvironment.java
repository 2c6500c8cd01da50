package io.kintsugi.datanode.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * What all RocksDBs of a process share: block cache, budget for write buffers, background threads. Settings are small, because a datanode
 * opens thousands of stores: an empty one costs about 200 KB and six file descriptors with these.
 */
public final class RocksEnvironment implements Stores, AutoCloseable {
    private static final long KB = 1024;
    private static final long MB = KB * KB;
    /**
     * Files are as small as a flush, and each checkpoint adds one: with the default, 4, most replicas that are copied would be compacted
     * just then, at the source and again at the destination.
     */
    private static final int DATA_FILES_TO_COMPACT = 8;

    private final LRUCache cache;
    private final LRUCache accounting;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom;
    private final Logger silence = new Silence();

    private static final class Silence extends Logger {
        Silence() {
            super(InfoLogLevel.FATAL_LEVEL);
        }

        @Override
        protected void log(InfoLogLevel level, String message) {}
    }

    /** Unpacks and loads RocksDB's native library, once a process; to be called before anything else of it is used. */
    public static void loadLibrary(Path temporary) {
        try {
            NativeLibraryLoader.getInstance().loadLibrary(temporary.toString());
        } catch (IOException e) {
            throw StorageErrors.of("unpacking RocksDB's native library to " + temporary, e);
        }
    }

    /** @param cacheBytes of the block cache; @param writeBufferBytes budget of all write buffers */
    public RocksEnvironment(long cacheBytes, long writeBufferBytes) {
        cache = new LRUCache(cacheBytes);
        // Counted in a cache of their own, which holds nothing: charged to the block cache, they would push every block
        // out of it.
        accounting = new LRUCache(writeBufferBytes);
        writeBuffers = new WriteBufferManager(writeBufferBytes, accounting);
        bloom = new BloomFilter(10, false);
    }

    /** RocksDB writes the file that this asks for last. */
    @Override
    public boolean exists(Path directory) {
        return Files.exists(directory.resolve("CURRENT"));
    }

    @Override
    public LogStore createLog(Path directory, String diskUuid) {
        return RocksLogStore.create(this, directory, diskUuid);
    }

    @Override
    public LogStore openLog(Path directory) {
        return RocksLogStore.open(this, directory);
    }

    /** What a crash left in its WAL is read, too. */
    @Override
    public LogStore readLog(Path directory) {
        return RocksLogStore.openReadOnly(this, directory);
    }

    @Override
    public KeyValues createData(Path directory) {
        KeyValues data =
                RocksKeyValues.open(dataOptions().setCreateIfMissing(true).setErrorIfExists(true), directory);
        data.flush();
        DurableFiles.syncDirectory(directory);
        return data;
    }

    @Override
    public KeyValues openData(Path directory) {
        return RocksKeyValues.open(dataOptions(), directory);
    }

    @Override
    public KeyValues readData(Path directory) {
        return RocksKeyValues.openReadOnly(silent(dataOptions()), directory);
    }

    /**
     * For a replica's data: no WAL is used, so nothing is flushed unless asked for or memory is short. Closing doesn't flush either:
     * the log holds what isn't flushed, and an abrupt end must look the same as an orderly one.
     */
    Options dataOptions() {
        return base().setWriteBufferSize(4 * MB)
                .setMaxOpenFiles(32)
                .setAvoidFlushDuringShutdown(true)
                .setLevel0FileNumCompactionTrigger(DATA_FILES_TO_COMPACT);
    }

    /** For a disk's log: every group of writes is synced, and a damaged record before the end of the WAL is an error, never skipped. */
    Options logOptions() {
        return base().setWriteBufferSize(16 * MB)
                .setMaxOpenFiles(64)
                .setMaxTotalWalSize(64 * MB)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
    }

    /** Without the text log that RocksDB would begin beside what it is only to read. */
    Options silent(Options options) {
        return options.setLogger(silence);
    }

    private Options base() {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setFilterPolicy(bloom);
        return new Options()
                .setCreateIfMissing(false)
                .setEnv(Env.getDefault())
                .setWriteBufferManager(writeBuffers)
                .setTableFormatConfig(table)
                .setArenaBlockSize(16 * KB)
                .setNumLevels(4)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setKeepLogFileNum(1)
                .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setMaxManifestFileSize(256 * KB)
                // the default starts 16 threads, several times, each time that one of the small stores is opened
                .setMaxFileOpeningThreads(1)
                .setSkipStatsUpdateOnDbOpen(true);
    }

    @Override
    public void close() {
        writeBuffers.close();
        silence.close();
        bloom.close();
        accounting.close();
        cache.close();
    }
}
