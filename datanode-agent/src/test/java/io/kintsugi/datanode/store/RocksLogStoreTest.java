package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.config;
import static io.kintsugi.datanode.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksLogStoreTest {
    @TempDir
    Path dir;

    private RocksEnvironment rocks;
    private LogStore log;

    @BeforeEach
    void open() {
        rocks = StoreFixture.rocks();
        log = RocksLogStore.create(rocks, dir.resolve("log"), "disk-1");
    }

    @AfterEach
    void close() {
        log.close();
        rocks.close();
    }

    @Test
    void keepsWhatIsWrittenTogetherTogetherOverReopening() {
        LogHeader header = LogHeader.fresh(5).withConfig(config(9));
        write(group -> {
            group.header(11, header);
            group.append(11, put(9, 1, "a", "1"));
            group.append(12, put(3, 1, "b", "2"));
            group.append(11, put(9, 2, "c", "3"));
        });

        reopen();

        assertThat(log.diskUuid()).isEqualTo("disk-1");
        assertThat(log.header(11)).contains(header);
        assertThat(log.header(12)).isEmpty();
        assertThat(log.headers()).containsOnlyKeys(11L);
        assertThat(log.last(11)).contains(new EntryId(9, 2));
        assertThat(log.last(12)).contains(new EntryId(3, 1));
        assertThat(log.last(13)).isEmpty();
        assertThat(log.epochAt(11, 1)).isEqualTo(9);
        Entry read = log.read(11, 2, 2, 1).get(0);
        assertThat(read).usingRecursiveComparison().isEqualTo(put(9, 2, "c", "3"));
    }

    @Test
    void truncateThenAppendInOneGroupReplacesTheTailOfThatReplicaOnly() {
        write(group -> {
            for (int i = 1; i <= 5; i++) {
                group.append(11, put(1, i, "k", "old"));
                group.append(12, put(1, i, "k", "other"));
            }
        });
        write(group -> {
            group.truncate(11, 3);
            group.append(11, put(2, 3, "k", "new"));
        });

        reopen();

        assertThat(log.last(11)).contains(new EntryId(2, 3));
        assertThat(log.read(11, 1, 3, 1 << 20)).extracting(Entry::epoch).containsExactly(1L, 1L, 2L);
        assertThat(log.last(12)).contains(new EntryId(1, 5));
    }

    @Test
    void freeingRemovesTheFrontAndReadingItIsAnError() {
        write(group -> {
            for (int i = 1; i <= 5; i++) {
                group.append(11, put(1, i, "k", "v"));
            }
        });
        write(group -> group.free(11, 3));

        assertThat(log.read(11, 4, 5, 1 << 20)).hasSize(2);
        assertThatThrownBy(() -> log.read(11, 3, 5, 1 << 20))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.REPLICA))
                .hasMessageContaining("entry 3 of replica 11");
        assertThat(log.last(11)).contains(new EntryId(1, 5));
    }

    @Test
    void readsNoMoreBytesThanAskedForButAlwaysOneEntry() {
        write(group -> List.of(1, 2, 3).forEach(i -> group.append(11, put(1, i, "k", "v".repeat(100)))));
        int one = put(1, 1, "k", "v".repeat(100)).bytes();

        assertThat(log.read(11, 1, 3, 1)).hasSize(1);
        assertThat(log.read(11, 1, 3, 2L * one)).hasSize(2);
    }

    @Test
    void aStoreThatNamesNoDiskIsLost() {
        assertThatThrownBy(() -> RocksLogStore.open(rocks, dir.resolve("none"))).isInstanceOf(StorageException.class);
    }

    private void write(Consumer<LogStore.Group> fill) {
        try (LogStore.Group group = log.group()) {
            fill.accept(group);
            log.write(group, true);
        }
    }

    @Test
    void openedAnewAfterAFailedWriteItHoldsWhatItHeldAndTakesWritesAgain() {
        write(group -> group.append(11, put(9, 1, "a", "1")));

        log.reopen();
        log.reopen();
        write(group -> group.append(11, put(9, 2, "a", "2")));

        assertThat(log.last(11)).contains(new EntryId(9, 2));
        assertThat(log.read(11, 1, 2, 1 << 20)).hasSize(2);
        reopen();
        assertThat(log.last(11)).contains(new EntryId(9, 2));
    }

    private void reopen() {
        log.close();
        log = RocksLogStore.open(rocks, dir.resolve("log"));
    }
}
