package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.datanode.replica.EntryId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFormatTest {
    private static final long REPLICA = 11;
    private static final int PARTITION = 5;

    @TempDir
    Path dir;

    private final AtomicInteger uuids = new AtomicInteger();
    private RocksEnvironment rocks;
    private DiskFormat format;
    private DiskLayout layout;

    @BeforeEach
    void open() {
        rocks = StoreFixture.rocks();
        format = new DiskFormat(rocks, DiskFiles.local(), () -> "u" + uuids.incrementAndGet());
        layout = new DiskLayout(dir.resolve("disk"));
    }

    @AfterEach
    void close() {
        rocks.close();
    }

    @Test
    void aDiskKeepsItsUuid() {
        closed(format.open(layout.root()));
        DiskFormat.Opened again = format.open(layout.root());
        closed(again);

        assertThat(again.uuid()).isEqualTo("u1");
        assertThat(again.formatted()).isFalse();
    }

    @Test
    void aDiskThatLostItsLogIsANewOneAndItsOldContentsAreKeptAside() {
        withReplica();
        DurableFiles.deleteTree(layout.log());

        DiskFormat.Opened again = format.open(layout.root());
        closed(again);

        assertThat(again.uuid()).isEqualTo("u2");
        assertThat(layout.replica(PARTITION, REPLICA)).doesNotExist();
        assertThat(layout.backup().resolve("disk-u1-before-u2/replicas/5-11/manifest"))
                .exists();
    }

    @Test
    void aDiskThatLostItsIdentityOrHasADamagedOneIsANewOne() throws Exception {
        withReplica();
        Files.write(layout.identity(), new byte[] {1, 2, 3, 4, 5});
        closed(format.open(layout.root()));
        Files.delete(layout.identity());
        DiskFormat.Opened third = format.open(layout.root());
        closed(third);

        assertThat(third.uuid()).isEqualTo("u3");
    }

    @Test
    void aReplicaWhoseFilesAreGoneIsLostAndOneOfAnotherDiskToo() {
        withReplica();
        DiskFormat.Opened disk = format.open(layout.root());
        DiskContents contents = contents(disk);
        LogHeader header = disk.log().header(REPLICA).orElseThrow();
        assertThatCode(() -> contents.check(REPLICA, header)).doesNotThrowAnyException();

        new Manifest("c", 1, "elsewhere", REPLICA, config(9), 0)
                .write(DiskFiles.local(), layout.replica(PARTITION, REPLICA));
        assertLost(() -> contents.check(REPLICA, header));
        DurableFiles.deleteTree(layout.replica(PARTITION, REPLICA));
        assertLost(() -> contents.check(REPLICA, header));
        closed(disk);
    }

    @Test
    void anInstallThatWasDecidedIsFinishedAtTheNextStart() {
        withReplica();
        try (ReplicaStore copy =
                ReplicaStore.create(rocks, layout.replica(PARTITION, REPLICA).resolve("incoming-3"))) {
            copy.apply(java.util.List.of(StoreFixture.put(9, 40, "a", "copied")));
            copy.flush();
        }
        DiskFormat.Opened disk = format.open(layout.root());
        LogHeader decided = disk.log()
                .header(REPLICA)
                .orElseThrow()
                .withBase(new EntryId(9, 40))
                .withInstalling("incoming-3");

        contents(disk).check(REPLICA, decided);
        contents(disk).check(REPLICA, decided);

        try (ReplicaStore data = ReplicaStore.open(rocks, layout.data(PARTITION, REPLICA))) {
            assertThat(data.applied()).isEqualTo(new EntryId(9, 40));
        }
        closed(disk);
    }

    @Test
    void whatIsLeftOverFromAnUnfinishedCreationIsRemoved() {
        withReplica();
        DurableFiles.createDirectories(layout.replica(PARTITION, 99));
        DiskFormat.Opened disk = format.open(layout.root());

        contents(disk).tidy(disk.log().headers());

        assertThat(layout.replica(PARTITION, 99)).doesNotExist();
        assertThat(layout.replica(PARTITION, REPLICA)).exists();
        closed(disk);
    }

    private DiskContents contents(DiskFormat.Opened disk) {
        return new DiskContents(DiskFiles.local(), rocks, disk);
    }

    private void withReplica() {
        DiskFormat.Opened disk = format.open(layout.root());
        DurableFiles.createDirectories(layout.replica(PARTITION, REPLICA));
        ReplicaStore.create(rocks, layout.data(PARTITION, REPLICA)).close();
        new Manifest("c", 1, disk.uuid(), REPLICA, config(9), 0)
                .write(DiskFiles.local(), layout.replica(PARTITION, REPLICA));
        try (LogStore.Group group = disk.log().group()) {
            group.header(REPLICA, LogHeader.fresh(PARTITION).withConfig(config(9)));
            disk.log().write(group, true);
        }
        closed(disk);
    }

    private static void closed(DiskFormat.Opened disk) {
        disk.log().close();
    }

    private static void assertLost(org.assertj.core.api.ThrowableAssert.ThrowingCallable check) {
        assertThatThrownBy(check)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.REPLICA))
                .hasMessageContaining("REPLICA_FILES_GONE");
    }
}
