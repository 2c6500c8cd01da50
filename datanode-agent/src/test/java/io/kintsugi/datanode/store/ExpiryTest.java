package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.bytes;
import static io.kintsugi.datanode.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryTest extends WithStore {
    @Test
    void aRecordIsGoneFromItsTimeOnForEveryKindOfRead() {
        store.apply(List.of(timed(1, "a", "1", 50), put(1, 2, "b", "2", 7, 2, 10)));

        assertThat(store.get(bytes("a"), 49)).contains(bytes("1"));
        assertThat(store.get(bytes("a"), 50)).isEmpty();
        assertThat(new Query.Scan(new byte[0], new byte[0], 0).in(store, 49).records())
                .hasSize(2);
        assertThat(new Query.Scan(new byte[0], new byte[0], 0).in(store, 50).records())
                .hasSize(1);
        Query.MultiGet both = new Query.MultiGet(List.of(bytes("a"), bytes("b")));
        assertThat(both.in(store, 49).records()).hasSize(2);
        assertThat(both.in(store, 50).records()).hasSize(1);
    }

    @Test
    void whatTheReplicaHasSeenGoneStaysGoneForAReaderWhoseClockIsBehind() {
        store.apply(List.of(timed(1, "a", "1", 50), put(1, 2, "b", "2", 7, 2, 60)));

        assertThat(store.get(bytes("a"), 20)).isEmpty();
        reopen(true);
        assertThat(store.get(bytes("a"), 20)).isEmpty();
    }

    @Test
    void aLaterWriteDecidesAnewHowLongTheRecordLives() {
        store.apply(List.of(timed(1, "a", "1", 50), put(1, 2, "a", "2", 7, 2, 10)));
        assertThat(store.get(bytes("a"), 1_000)).contains(bytes("2"));

        store.apply(List.of(timed(3, "a", "3", 90)));
        assertThat(store.get(bytes("a"), 89)).contains(bytes("3"));
        assertThat(store.get(bytes("a"), 90)).isEmpty();

        store.apply(
                List.of(new Entry(1, 4, Entry.Op.DELETE, bytes("a"), null, 7, 4, 10), put(1, 5, "a", "5", 7, 5, 10)));
        assertThat(store.get(bytes("a"), 1_000)).contains(bytes("5"));
    }

    @Test
    void sweepingLeavesTheLivingAndWhatTheStoreSaysOfItselfAsItWas() {
        store.apply(List.of(
                timed(1, "a", "1", 50),
                timed(2, "b", "2", 60),
                timed(3, "c", "3", 5_000),
                put(1, 4, "d", "4", 7, 4, 60)));
        ContentDigest before = count();

        byte[] next = null;
        int rounds = 0;
        do {
            next = store.sweepRecords(next, 1);
            rounds++;
        } while (next != null);
        reopen(true);

        assertThat(rounds).isEqualTo(3);
        assertThat(count()).isEqualTo(before);
        assertThat(before.records()).isEqualTo(2);
        store.flush();
        assertThat(new Query.Scan(new byte[0], new byte[0], 0).in(store, 0).records())
                .hasSize(2);
        assertThat(store.sweepRecords(null, 1)).as("one is left that is to go").isNull();
    }

    @Test
    void whenARecordGoesIsPartOfItsDigest() {
        store.apply(List.of(timed(1, "a", "1", 500)));
        ContentDigest one = count();
        store.close();
        store = ReplicaStore.create(rocks, dir.resolve("other"));
        store.apply(List.of(timed(1, "a", "1", 501)));

        assertThat(count().ranges()).isNotEqualTo(one.ranges());
    }

    private ContentDigest count() {
        RangeCount count = store.beginCount();
        try {
            while (store.count(count, 1 << 20)) {
                // until it is done
            }
            return count.digest().orElseThrow();
        } finally {
            store.endCount(count);
        }
    }

    private void reopen(boolean flush) {
        if (flush) {
            store.flush();
        }
        reopen();
    }

    private static Entry timed(long index, String key, String value, long expiresMs) {
        return new Entry(1, index, Entry.Op.PUT, bytes(key), bytes(value), 7, index, 10, expiresMs);
    }
}
