package io.kintsugi.master.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStateStoreTest {
    @TempDir
    Path dir;

    private static Map<String, String> rows(RocksStateStore store) {
        Map<String, String> rows = new TreeMap<>();
        store.forEach((table, key, value) -> rows.put(table + ":" + text(key), text(value)));
        return rows;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Change put(int table, String key, String value) {
        return new Change(table, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keepsRowsAndPositionOverAnOrderlyClose() {
        try (RocksStateStore store = RocksStateStore.open(dir.resolve("db"))) {
            assertThat(store.applied()).isEqualTo(LogPosition.START);
            store.write(List.of(put(2, "b", "1"), put(1, "z", "2"), put(1, "a", "3")), new LogPosition(1, 7));
            store.write(List.of(new Change(1, "z".getBytes(StandardCharsets.UTF_8), null)), new LogPosition(1, 8));
        }
        try (RocksStateStore store = RocksStateStore.open(dir.resolve("db"))) {
            assertThat(store.applied()).isEqualTo(new LogPosition(1, 8));
            List<String> order = new ArrayList<>();
            store.forEach((table, key, value) -> order.add(table + text(key) + text(value)));
            assertThat(order).as("table by table, keys ascending").containsExactly("1a3", "2b1");
        }
    }

    @Test
    void aCrashLosesWholeEntriesOnlyAndNoneThatWasFlushed() {
        Random random = new Random(20);
        Map<Long, Map<String, String>> history = new TreeMap<>(Map.of(0L, Map.of()));
        long index = 0;
        long flushed = 0;
        for (int round = 0; round < 6; round++) {
            RocksStateStore store = RocksStateStore.open(dir.resolve("db"));
            index = store.applied().index();
            assertThat(index).isGreaterThanOrEqualTo(flushed);
            assertThat(rows(store)).isEqualTo(history.get(index));
            int entries = 20 + random.nextInt(50);
            for (int i = 0; i < entries; i++) {
                index++;
                store.write(
                        List.of(put(1, "k" + random.nextInt(9), "v" + index), put(2, "k", "v" + index)),
                        new LogPosition(1, index));
                history.put(index, rows(store));
                if (random.nextInt(20) == 0) {
                    flushed = store.flush().index();
                }
            }
            store.kill();
        }
        assertThat(flushed).isPositive();
        assertThat(index).isGreaterThan(flushed);
    }

    @Test
    void aCheckpointIsAStoreOfItsOwn() {
        try (RocksStateStore store = RocksStateStore.open(dir.resolve("db"))) {
            store.write(List.of(put(1, "a", "1")), new LogPosition(3, 5));
            store.checkpoint(dir.resolve("copy"));
            store.write(List.of(put(1, "a", "2")), new LogPosition(3, 6));
        }
        try (RocksStateStore copy = RocksStateStore.open(dir.resolve("copy"))) {
            assertThat(copy.applied()).isEqualTo(new LogPosition(3, 5));
            assertThat(rows(copy)).containsExactly(Map.entry("1:a", "1"));
        }
    }

    @Test
    void isNotToBeUsedAfterItsEnd() {
        RocksStateStore store = RocksStateStore.open(dir.resolve("db"));
        store.kill();
        store.close();
        assertThatThrownBy(() -> store.write(List.of(), LogPosition.START)).hasMessageContaining("is closed");
    }
}
