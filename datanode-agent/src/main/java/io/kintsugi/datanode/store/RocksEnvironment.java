package io.kintsugi.datanode.store;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * What all RocksDBs of a process share: block cache, budget for write buffers, background threads. Settings are small, because a datanode
 * opens thousands of stores: an empty one costs about 200 KB and six file descriptors with these.
 */
public final class RocksEnvironment implements AutoCloseable {
    private static final long KB = 1024;
    private static final long MB = KB * KB;

    private final LRUCache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom;

    /** @param cacheBytes block cache, which the write buffers are charged to; @param writeBufferBytes budget of all write buffers */
    public RocksEnvironment(long cacheBytes, long writeBufferBytes) {
        RocksDB.loadLibrary();
        cache = new LRUCache(cacheBytes);
        writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
        bloom = new BloomFilter(10, false);
    }

    /**
     * For a replica's data: no WAL is used, so nothing is flushed unless asked for or memory is short. Closing doesn't flush either:
     * the log holds what isn't flushed, and an abrupt end must look the same as an orderly one.
     */
    Options dataOptions() {
        return base().setWriteBufferSize(4 * MB).setMaxOpenFiles(32).setAvoidFlushDuringShutdown(true);
    }

    /** For a disk's log: every group of writes is synced, and a damaged record before the end of the WAL is an error, never skipped. */
    Options logOptions() {
        return base().setWriteBufferSize(16 * MB)
                .setMaxOpenFiles(64)
                .setMaxTotalWalSize(64 * MB)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
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
                .setSkipStatsUpdateOnDbOpen(true);
    }

    @Override
    public void close() {
        writeBuffers.close();
        bloom.close();
        cache.close();
    }
}
