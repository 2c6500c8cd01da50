package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.bytes;
import static io.kintsugi.datanode.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every difference is found, and what isn't one isn't. */
class RangeCountTest {
    private static final int RECORDS = 200;

    @TempDir
    Path dir;

    private RocksEnvironment rocks;
    private final List<ReplicaStore> stores = new ArrayList<>();

    @BeforeEach
    void open() {
        rocks = StoreFixture.rocks();
    }

    @AfterEach
    void close() {
        stores.forEach(ReplicaStore::close);
        rocks.close();
    }

    private ReplicaStore store() {
        ReplicaStore store = ReplicaStore.create(rocks, dir.resolve("data" + stores.size()));
        stores.add(store);
        return store;
    }

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= RECORDS; i++) {
            entries.add(put(1, i, "key" + i, "value" + i));
        }
        return entries;
    }

    private ReplicaStore filled() {
        ReplicaStore store = store();
        store.apply(entries());
        return store;
    }

    private static ContentDigest count(ReplicaStore store, long slice) {
        RangeCount count = store.beginCount();
        try {
            while (store.count(count, slice)) {
                assertThat(count.digest()).isEmpty();
            }
            return count.digest().orElseThrow();
        } finally {
            store.endCount(count);
        }
    }

    private static ContentDigest count(ReplicaStore store) {
        return count(store, 1 << 20);
    }

    @Test
    void countsRecordsAndTheirBytesAndSaysAfterWhichEntry() {
        ReplicaStore store = store();
        store.apply(List.of(
                put(3, 1, "a", "123"),
                put(3, 2, "b", "4"),
                put(3, 3, "a", "56"),
                new Entry(3, 4, Entry.Op.DELETE, bytes("b"), null, 7, 4, 1_000)));

        ContentDigest digest = count(store);

        assertThat(digest.at()).isEqualTo(new EntryId(3, 4));
        assertThat(digest.records()).isEqualTo(1);
        assertThat(digest.bytes()).isEqualTo(3);
        assertThat(digest.ranges()).hasSize(RangeCount.RANGES + 1);
        assertThat(store.records()).isEqualTo(1);
    }

    @Test
    void neitherBatchesNorFlushesNorReopeningNorTheSizeOfSlicesMatter() {
        ContentDigest expected = count(filled());
        ReplicaStore other = store();
        entries().forEach(entry -> {
            other.apply(List.of(entry));
            if (entry.index() % 50 == 0) {
                other.flush();
            }
        });
        assertThat(count(other, 1)).isEqualTo(expected);
        assertThat(count(other, 300)).isEqualTo(expected);
        other.flush();
        other.close();
        ReplicaStore again = ReplicaStore.open(rocks, dir.resolve("data1"));
        stores.add(again);
        assertThat(count(again)).isEqualTo(expected);
    }

    @Test
    void everyFlippedBitIsFoundInTheRangeOfItsKey() {
        ContentDigest expected = count(filled());
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            List<Entry> entries = entries();
            int victim = random.nextInt(RECORDS);
            Entry old = entries.get(victim);
            byte[] value = old.value().clone();
            value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
            entries.set(
                    victim,
                    new Entry(1, old.index(), old.op(), old.key(), value, old.client(), old.sequence(), old.timeMs()));
            ReplicaStore store = store();
            store.apply(entries);

            ContentDigest digest = count(store);

            assertThat(digest.records()).isEqualTo(expected.records());
            assertThat(digest.bytes()).isEqualTo(expected.bytes());
            assertThat(differing(digest, expected)).hasSize(1).doesNotContain(RangeCount.RANGES);
        }
    }

    private static List<Integer> differing(ContentDigest a, ContentDigest b) {
        List<Integer> ranges = new ArrayList<>();
        for (int i = 0; i < a.ranges().size(); i++) {
            if (!a.ranges().get(i).equals(b.ranges().get(i))) {
                ranges.add(i);
            }
        }
        return ranges;
    }

    @Test
    void aMissingAndAnExtraRecordAreFound() {
        ReplicaStore missing = filled();
        missing.apply(List.of(new Entry(1, RECORDS + 1, Entry.Op.DELETE, bytes("key5"), null, 8, 1, 1_000)));
        assertThat(count(missing).records()).isEqualTo(RECORDS - 1);

        ReplicaStore extra = filled();
        extra.apply(List.of(put(1, RECORDS + 1, "key0", "x", 8, 1, 1_000)));
        assertThat(count(extra).records()).isEqualTo(RECORDS + 1);
    }

    /** As many records, as many bytes, the same values: in one range too, where only the key tells whose value it is. */
    @Test
    void recordsThatExchangeTheirValuesAreFound() {
        ReplicaStore store = filled();
        ContentDigest before = count(store);
        String first = "value10";
        for (int i = 11; i < 70; i++) {
            store.apply(List.of(
                    put(1, RECORDS + 2L * i - 21, "key10", "value" + i, 7, RECORDS + 2L * i - 21, 1_000),
                    put(1, RECORDS + 2L * i - 20, "key" + i, first, 7, RECORDS + 2L * i - 20, 1_000)));
            first = "value" + i;
            ContentDigest now = count(store);
            assertThat(now.records()).isEqualTo(before.records());
            assertThat(differing(now, before))
                    .as("key10 and key" + i)
                    .isNotEmpty()
                    .isNotEqualTo(List.of(RangeCount.RANGES));
            before = now;
        }
    }

    @Test
    void keysSpreadOverAllRanges() {
        assertThat(count(filled()).ranges().subList(0, RangeCount.RANGES)).doesNotContain(0L);
    }

    @Test
    void whatIsWrittenWhileItCountsDoesNotMatter() {
        ContentDigest expected = count(filled());
        ReplicaStore store = filled();
        RangeCount count = store.beginCount();
        store.count(count, 100);
        store.apply(List.of(put(1, RECORDS + 1, "key9", "later"), put(1, RECORDS + 2, "zzz", "later")));
        store.flush();
        while (store.count(count, 100)) {
            assertThat(count.digest()).isEmpty();
        }
        assertThat(count.digest()).contains(expected);
        store.endCount(count);
    }

    @Test
    void expiredSessionsDoNotCountWhetherTheyWereSweptOrNot() {
        List<ContentDigest> digests = new ArrayList<>();
        for (boolean swept : new boolean[] {true, false}) {
            ReplicaStore store = store();
            store.apply(List.of(put(1, 1, "a", "1", 7, 1, 10), put(1, 2, "a", "1", 8, 1, 20 + Session.EXPIRY_MS)));
            if (swept) {
                assertThat(store.dropExpiredSessions()).isEqualTo(1);
            }
            digests.add(count(store));
        }
        assertThat(digests.get(0)).isEqualTo(digests.get(1));

        ReplicaStore other = store();
        other.apply(List.of(put(1, 1, "a", "1", 7, 1, 10), put(1, 2, "a", "1", 9, 1, 20 + Session.EXPIRY_MS)));
        assertThat(differing(count(other), digests.get(0))).containsExactly(RangeCount.RANGES);
    }

    @Test
    void aStoreThatIsClosedEndsItsCounts() {
        ReplicaStore store = filled();
        RangeCount count = store.beginCount();
        assertThat(store.count(count, 10)).isTrue();
        store.close();
        assertThat(store.count(count, 10)).isFalse();
        store.endCount(count);
        assertThat(count.digest()).isEmpty();
    }

    @Test
    void recordsAreExactAfterACountAndNeverFartherOffThanWhatWasApplied() {
        ReplicaStore store = filled();
        for (int round = 1; round <= 3; round++) {
            List<Entry> again = new ArrayList<>();
            for (int i = 1; i <= RECORDS; i++) {
                again.add(put(1, (long) round * RECORDS + i, "key" + i, "again" + round));
            }
            Collections.shuffle(again, new Random(round));
            store.apply(again.stream()
                    .map(e -> put(1, e.index(), "key" + e.index() % RECORDS, "again"))
                    .sorted(java.util.Comparator.comparingLong(Entry::index))
                    .toList());
            store.flush();
        }
        long exact = count(store).records();
        assertThat(store.records()).isEqualTo(exact);
        store.apply(List.of(put(1, 4 * RECORDS + 1, "new", "x")));
        assertThat(store.records()).isBetween(exact - 1, exact + 1);
    }
}
