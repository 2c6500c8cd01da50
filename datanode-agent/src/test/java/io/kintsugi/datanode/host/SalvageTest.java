package io.kintsugi.datanode.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.Fence;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that has ended left in the real stores, read where it lies and completed elsewhere. */
class SalvageTest {
    private static final long REPLICA = 7;
    private static final int FLUSHED = 30;
    private static final int ALL = 50;
    private static final Config STORED = config(3, REPLICA);
    private static final Config FENCE = config(4, 0);

    @TempDir
    Path dir;

    private RocksEnvironment rocks;
    private HostContext context;
    private DiskLayout disk;

    private static Config config(long epoch, long primary) {
        TableDefinition table = new TableDefinition(1, "t", 1, 1, 1, "crc32c", false, 1);
        return new Config(
                1,
                0,
                table,
                epoch,
                List.of(new Member(REPLICA, 1, 1, "a", "a")),
                null,
                0,
                List.of(REPLICA),
                primary,
                1);
    }

    @BeforeEach
    void left() {
        rocks = HostContexts.rocks(dir);
        context = HostContexts.real(rocks, dir);
        disk = new DiskLayout(dir.resolve("disk"));
        DiskFiles.local().createDirectories(disk.replica(1, REPLICA));
        try (LogStore log = rocks.createLog(disk.log(), "the-disk");
                LogStore.Group group = log.group();
                ReplicaStore data = ReplicaStore.create(rocks, disk.data(1, REPLICA))) {
            group.header(REPLICA, LogHeader.fresh(1).withConfig(STORED));
            entries(1, ALL).forEach(entry -> group.append(REPLICA, entry));
            log.write(group, true);
            data.apply(entries(1, FLUSHED));
            data.flush();
            data.apply(entries(FLUSHED + 1, ALL - 5)); // in memory only
        }
    }

    @AfterEach
    void close() {
        rocks.close();
    }

    private static List<Entry> entries(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> new Entry(2, i, Entry.Op.PUT, bytes("k" + i % 10), bytes("v" + i), 1, i, 1_000))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Salvage.Found found(EntryId known) {
        long closed = context.clock().nanos() - Duration.ofSeconds(60).toNanos();
        try (LogStore log = rocks.readLog(disk.log())) {
            return new Salvage(context, disk, "the-disk", closed).read(log, REPLICA, known, FENCE);
        }
    }

    private Path copy(Path data) throws IOException {
        Path copy = Files.createDirectories(dir.resolve("copy"));
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(f -> !f.getFileName().toString().startsWith("LO"))
                    .toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    @Test
    void theFlushedDataAndTheLogBehindItAreAllThereWas() throws IOException {
        Salvage.Found found = found(new EntryId(2, ALL));

        assertThat(found.last()).isEqualTo(new EntryId(2, ALL));
        assertThat(found.config()).isEqualTo(STORED);
        assertThat(found.tail())
                .extracting(Entry::index)
                .startsWith(FLUSHED + 1L)
                .endsWith((long) ALL);
        Path copy = copy(found.data());
        ReplicaStore.complete(rocks, copy, found.tail());
        assertThat(ReplicaStore.lastOf(rocks, copy)).isEqualTo(found.last());
        try (ReplicaStore store = ReplicaStore.open(rocks, copy)) {
            for (int i = ALL - 9; i <= ALL; i++) {
                assertThat(store.get(bytes("k" + i % 10))).contains(bytes("v" + i));
            }
        }
    }

    @Test
    void nothingIsWrittenToTheDisk() throws IOException {
        Map<String, String> before = tree();

        found(EntryId.NONE);

        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void theFenceIsDurableBeforeAnythingIsGiven() {
        found(EntryId.NONE);

        NodeDirectory again = NodeDirectory.open(DiskFiles.local(), dir.resolve("agent"), () -> "other");
        assertThat(again.fences("the-disk")).containsExactly(new Fence("the-disk", REPLICA, FENCE));
    }

    @Test
    void aLogThatEndsBeforeWhatWasSyncedIsNoCopy() {
        assertThatThrownBy(() -> found(new EntryId(2, ALL + 1)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("LOG_CUT_SHORT");
    }

    @Test
    void leasesRunOutFirst() {
        try (LogStore log = rocks.readLog(disk.log())) {
            Salvage now = new Salvage(context, disk, "the-disk", context.clock().nanos());
            assertThatThrownBy(() -> now.read(log, REPLICA, EntryId.NONE, FENCE))
                    .hasMessageContaining("LEASE_RUNS");
        }
        assertThat(context.node().fences("the-disk")).isEmpty();
    }

    @Test
    void dataThatIsNotWhatWasWrittenIsNoCopy() throws IOException {
        Salvage.Found found = found(EntryId.NONE);
        Path copy = copy(found.data());
        Path sst;
        try (Stream<Path> files = Files.list(copy)) {
            sst = files.filter(f -> f.toString().endsWith(".sst"))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
        byte[] content = Files.readAllBytes(sst);
        content[40] ^= 1;
        Files.write(sst, content);

        assertThatThrownBy(() -> ReplicaStore.complete(rocks, copy, found.tail()))
                .isInstanceOf(StorageException.class)
                .extracting(e -> ((StorageException) e).kind())
                .isEqualTo(StorageException.Kind.REPLICA);
    }

    private Map<String, String> tree() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(disk.root())) {
            for (Path file : files.toList()) {
                all.put(
                        disk.root().relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " " + (Files.isDirectory(file) ? 0 : Files.size(file)));
            }
        }
        return all;
    }

    /** As after a recovery of the disk that failed, in the process that saw it break. */
    private UnusableDisk broken(long since, ReplicaState state, long last) {
        ReplicaReport told = ReplicaReport.newBuilder()
                .setReplica(REPLICA)
                .setState(state)
                .setLastEpoch(2)
                .setLastIndex(last)
                .build();
        BadDisk bad = BadDisk.none(disk.root().toString(), "the-disk", 1).givenUp();
        UnusableDisk.Left left = new UnusableDisk.Left(since, Map.of(REPLICA, told));
        return new UnusableDisk(disk.root(), "the-disk", 1, bad, null, left);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long longAgo() {
        return context.clock().nanos() - Duration.ofSeconds(60).toNanos();
    }

    @Test
    void nothingIsReadWhileTheDiskIsBeingOpenedNorByWhoAskedBefore() throws Exception {
        SalvageDesk desk = new SalvageDesk(context);
        UnusableDisk lost = broken(longAgo(), ReplicaState.REPLICA_LOST, ALL);
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        var slow = desk.run(disk.root(), () -> {
            reads.countDown();
            await(goesOn);
            return null;
        });
        reads.await();
        CompletableFuture<Void> opened = CompletableFuture.runAsync(() -> desk.opening(disk.root()));
        goesOn.countDown();
        opened.get(60, TimeUnit.SECONDS);

        assertThatThrownBy(() -> desk.from(lost, REPLICA, FENCE).get(60, TimeUnit.SECONDS))
                .hasMessageContaining("DISK_RECOVERING");
        assertThat(slow).succeedsWithin(Duration.ofSeconds(60));
        assertThat(context.node().fences("the-disk")).isEmpty();

        desk.notOpened(disk.root());
        assertThat(desk.from(lost, REPLICA, FENCE).get(60, TimeUnit.SECONDS).last())
                .isEqualTo(new EntryId(2, ALL));
        desk.stop();
    }

    @Test
    void whoLookedTheDiskUpBeforeItWasOpenedGetsNothing() {
        SalvageDesk desk = new SalvageDesk(context);
        UnusableDisk lookedUp = broken(longAgo(), ReplicaState.REPLICA_LOST, ALL);
        desk.opening(disk.root());
        try (LogStore open = rocks.openLog(disk.log())) {
            assertThat(open.diskUuid()).isEqualTo("the-disk");
            assertThatThrownBy(() -> desk.from(lookedUp, REPLICA, FENCE).get(60, TimeUnit.SECONDS))
                    .hasMessageContaining("DISK_RECOVERING");
            assertThat(context.node().fences("the-disk")).isEmpty();
        } finally {
            desk.stop();
        }
    }

    @Test
    void aReadThatHangsDoesNotHoldUpTheEnd() throws Exception {
        SalvageDesk desk = new SalvageDesk(context);
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        desk.run(disk.root(), () -> {
            reads.countDown();
            while (goesOn.getCount() > 0) { // as a read in the kernel, which no interrupt ends
                LockSupport.parkNanos(1_000_000);
            }
            return null;
        });
        reads.await();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(desk::stop);
        try {
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(60));
        } finally {
            goesOn.countDown();
        }
    }

    @Test
    void whatTheProcessSawOfADiskCountsAfterARecoveryThatFailed() {
        SalvageDesk desk = new SalvageDesk(context);
        long now = context.clock().nanos() + Duration.ofSeconds(60).toNanos();
        Map<String, UnusableDisk> refused = Map.of(
                "LEASE_RUNS", broken(now, ReplicaState.REPLICA_LOST, ALL),
                "LOG_CUT_SHORT", broken(longAgo(), ReplicaState.REPLICA_LOST, ALL + 1),
                "NOT_LOST", broken(longAgo(), ReplicaState.REPLICA_CORRUPT, ALL));
        refused.forEach((why, state) -> assertThatThrownBy(
                        () -> desk.from(state, REPLICA, FENCE).get(60, TimeUnit.SECONDS))
                .hasMessageContaining(why));
        desk.stop();
    }
}
