package io.kintsugi.bench.micro;

import io.kintsugi.bench.Bench;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.store.RocksLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Groups of entries of many replicas, each group synced: the disk's log as it is, against a plain file. One operation is one group. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class LogAppendBenchmark {
    private static final int REPLICAS = 32;
    private static final int KEEP = 10_000; // entries of a replica, as many as a log keeps before it is freed

    @Param({"rocksdb", "segment", "segment-preallocated"})
    public String store;

    @Param({"1", "32"})
    public int entries;

    @Param({"256", "16384"})
    public int valueBytes;

    private Path directory;
    private RocksEnvironment rocks;
    private LogStore log;
    private SegmentLog segments;
    private byte[] key;
    private byte[] value;
    private long written;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Path work = Path.of(System.getProperty("kintsugi.root", "")).resolve("tests/bench/target/work");
        directory = Files.createTempDirectory(Files.createDirectories(work), "micro");
        key = "a-key-of-20-bytes---".getBytes(StandardCharsets.UTF_8);
        value = new byte[valueBytes];
        new Random(1).nextBytes(value);
        if (store.equals("rocksdb")) {
            rocks = new RocksEnvironment(64 << 20, 64 << 20);
            log = RocksLogStore.create(rocks, directory.resolve("log"), "a-disk");
        } else {
            segments = new SegmentLog(directory, store.endsWith("preallocated"));
        }
    }

    @Benchmark
    public void group() throws IOException {
        if (log == null) {
            for (int i = 0; i < entries; i++) {
                segments.append(written % REPLICAS, next());
            }
            segments.sync();
            return;
        }
        try (LogStore.Group group = log.group()) {
            for (int i = 0; i < entries; i++) {
                long replica = written % REPLICAS;
                Entry entry = next();
                group.append(replica, entry);
                if (entry.index() % KEEP == 0) {
                    group.free(replica, entry.index() - KEEP / 2);
                }
            }
            log.write(group, true);
        }
    }

    private Entry next() {
        long index = 1 + written++ / REPLICAS;
        return new Entry(1, index, Entry.Op.PUT, key, value, 7, index, 0);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (log == null) {
            segments.close();
        } else {
            log.close();
            rocks.close();
        }
        Bench.deleteTree(directory);
    }
}
