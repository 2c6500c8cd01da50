package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.bytes;
import static io.kintsugi.datanode.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaStoreTest extends WithStore {
    private static final long HOUR = Session.EXPIRY_MS;

    @Test
    void whatWasNotFlushedIsGoneTogetherWithItsAppliedIndex() {
        store.apply(List.of(put(1, 1, "a", "1"), put(1, 2, "b", "2")));
        assertThat(store.flush()).isEqualTo(2);
        store.apply(List.of(put(2, 3, "a", "3")));
        assertThat(store.get(bytes("a"))).contains(bytes("3"));

        reopen();

        assertThat(store.applied()).isEqualTo(new EntryId(1, 2));
        assertThat(store.get(bytes("a"))).contains(bytes("1"));
    }

    @Test
    void aRetryIsAnsweredAndNotDoneAgainEvenWithinOneBatchAndAfterReopening() {
        List<ApplyResult> results = store.apply(
                List.of(put(1, 1, "a", "1", 7, 1, 10), put(1, 2, "a", "2", 7, 2, 10), put(1, 3, "a", "1", 7, 1, 10)));
        assertThat(results).containsExactly(ApplyResult.APPLIED, ApplyResult.APPLIED, ApplyResult.DUPLICATE);
        store.flush();

        reopen();

        assertThat(store.apply(List.of(put(2, 4, "a", "1", 7, 1, 20)))).containsExactly(ApplyResult.DUPLICATE);
        assertThat(store.get(bytes("a"))).contains(bytes("2"));
        assertThat(store.applied()).isEqualTo(new EntryId(2, 4));
    }

    @Test
    void writesUnderWayTogetherMayArriveInAnyOrder() {
        assertThat(store.apply(List.of(
                        put(1, 1, "c", "3", 7, 3, 10), put(1, 2, "a", "1", 7, 1, 10), put(1, 3, "a", "1", 7, 1, 10))))
                .containsExactly(ApplyResult.APPLIED, ApplyResult.APPLIED, ApplyResult.DUPLICATE);
    }

    @Test
    void aForgottenClientIsNeverTakenForANewOne() {
        store.apply(List.of(put(1, 1, "a", "1", 7, 5_000, 10)));
        long late = 11 + HOUR;

        assertThat(store.get(bytes("a")))
                .as("an unknown client with a late sequence is not new")
                .isEmpty();
        store.apply(List.of(put(1, 2, "a", "1", 8, 200, 10), put(1, 3, "a", "2", 8, 400, 10)));
        assertThat(store.apply(List.of(put(1, 4, "a", "x", 8, 100, 10)))).containsExactly(ApplyResult.SESSION_EXPIRED);
        assertThat(store.apply(List.of(put(1, 5, "a", "x", 8, 400, late))))
                .containsExactly(ApplyResult.SESSION_EXPIRED);
        assertThat(store.get(bytes("a"))).contains(bytes("2"));
    }

    @Test
    void droppingExpiredSessionsChangesNoAnswer() {
        store.apply(List.of(put(1, 1, "a", "1", 8, 200, 10), put(1, 2, "a", "2", 8, 400, 10)));
        store.apply(List.of(new Entry(1, 3, Entry.Op.NOOP, null, null, 0, 0, 0), put(1, 4, "b", "1", 9, 1, 11 + HOUR)));

        assertThat(store.dropExpiredSessions()).isEqualTo(1);
        assertThat(store.apply(List.of(put(1, 5, "a", "x", 8, 400, 12 + HOUR))))
                .containsExactly(ApplyResult.SESSION_EXPIRED);
        assertThat(store.apply(List.of(put(1, 6, "b", "1", 9, 1, 12 + HOUR)))).containsExactly(ApplyResult.DUPLICATE);
    }

    @Test
    void aCheckpointHoldsWhatWasAppliedAndSaysWhichEntryWasLast() {
        store.apply(List.of(put(1, 1, "a", "1"), put(4, 2, "b", "2")));
        assertThat(store.checkpoint(dir.resolve("copy"))).isEqualTo(new EntryId(4, 2));
        store.apply(List.of(put(4, 3, "a", "later")));

        assertThat(ReplicaStore.lastOf(rocks, dir.resolve("copy"))).isEqualTo(new EntryId(4, 2));
        try (ReplicaStore copy = ReplicaStore.open(rocks, dir.resolve("copy"))) {
            assertThat(copy.get(bytes("a"))).contains(bytes("1"));
            assertThat(copy.apply(List.of(put(4, 3, "b", "2", 7, 2, 1_000)))).containsExactly(ApplyResult.DUPLICATE);
        }
    }
}
