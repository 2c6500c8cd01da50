package io.kintsugi.datanode.store;

import static io.kintsugi.datanode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Condition;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.Verdict;
import io.kintsugi.datanode.replica.WriteRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A primary decides by what isn't applied yet, over and over; then all is applied. Whatever it decided must be what somebody finds who applies one
 * entry after another and looks. Beside it a replica that sweeps when it likes: both must hold the same after each entry.
 */
class ConditionPropertyTest {
    private static final int STEPS = 120;

    private final List<Entry> log = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<Long, Long> sequences = new HashMap<>();

    @Property(tries = 15)
    void whatIsDecidedAheadIsWhatIsFoundWhenItIsApplied(@ForAll long seed) throws java.io.IOException {
        Path dir = java.nio.file.Files.createTempDirectory("condition");
        try {
            check(new SplittableRandom(seed), dir);
        } finally {
            try (var files = java.nio.file.Files.walk(dir)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(f -> f.toFile().delete());
            }
        }
    }

    private void check(SplittableRandom random, Path dir) {
        log.clear();
        verdicts.clear();
        sequences.clear();
        try (RocksEnvironment rocks = StoreFixture.rocks();
                ReplicaStore primary = ReplicaStore.create(rocks, dir.resolve("primary"));
                ReplicaStore member = ReplicaStore.create(rocks, dir.resolve("member"))) {
            int applied = 0;
            for (int i = 0; i < STEPS; i++) {
                propose(primary, log.subList(applied, log.size()), random);
                if (random.nextInt(6) == 0) {
                    applied += apply(primary, member, applied, random);
                }
            }
            apply(primary, member, applied, random);
        }
    }

    private void propose(ReplicaStore primary, List<Entry> unapplied, SplittableRandom random) {
        long client = 1 + random.nextInt(3);
        long sequence = sequences.getOrDefault(client, 0L);
        if (sequence == 0 || random.nextInt(4) > 0) { // else it is tried again
            sequences.put(client, ++sequence);
        }
        long now = 100 + log.size() * 3L - random.nextInt(20);
        byte[] key = bytes("k" + random.nextInt(3));
        byte[] value = bytes("v" + random.nextInt(3));
        Condition condition = random.nextInt(3) == 0
                ? null
                : random.nextBoolean() ? Condition.ABSENT : new Condition(bytes("v" + random.nextInt(3)));
        WriteRequest request = new WriteRequest(Entry.Op.PUT, key, value, client, sequence, now, 0, condition);
        Verdict verdict = condition == null ? null : primary.judge(unapplied, request);
        boolean put = verdict == null || verdict.holds();
        verdicts.add(verdict);
        log.add(new Entry(
                1,
                log.size() + 1,
                put ? Entry.Op.PUT : Entry.Op.REFUSED,
                key,
                value,
                client,
                sequence,
                now,
                put && random.nextBoolean() ? now + random.nextInt(60) : 0));
    }

    private int apply(ReplicaStore primary, ReplicaStore member, int from, SplittableRandom random) {
        List<Entry> entries = List.copyOf(log.subList(from, log.size()));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            Verdict verdict = verdicts.get(from + i);
            long now = Math.max(member.timeMs(), entry.timeMs());
            byte[] before = member.get(entry.key(), now).orElse(null);
            ApplyResult result = member.apply(List.of(entry)).get(0);
            if (verdict != null && verdict.holds()) {
                assertThat(result).isEqualTo(ApplyResult.APPLIED);
            } else if (verdict != null && verdict.known()) {
                assertThat(result).isEqualTo(ApplyResult.REFUSED);
                assertThat(verdict.current()).isEqualTo(before);
            } else if (verdict != null) {
                assertThat(result).isIn(ApplyResult.DUPLICATE, ApplyResult.REFUSED_BEFORE);
            }
            if (random.nextInt(5) == 0) {
                member.sweepRecords(null, 1_000);
            }
        }
        if (!entries.isEmpty()) {
            primary.apply(entries);
        }
        assertThat(digest(primary)).isEqualTo(digest(member));
        return entries.size();
    }

    private static ContentDigest digest(ReplicaStore store) {
        RangeCount count = store.beginCount();
        try {
            assertThat(store.count(count, 1 << 20)).isFalse();
            return count.digest().orElseThrow();
        } finally {
            store.endCount(count);
        }
    }

    @Test
    void aRefusedOneIsRememberedOverARestartAndNeverDoneLater(@TempDir Path dir) {
        try (RocksEnvironment rocks = StoreFixture.rocks()) {
            WriteRequest request =
                    new WriteRequest(Entry.Op.PUT, bytes("a"), bytes("2"), 7, 1, 20, 0, new Condition(bytes("1")));
            try (ReplicaStore store = ReplicaStore.create(rocks, dir.resolve("data"))) {
                Verdict verdict = store.judge(List.of(), request);
                assertThat(verdict.holds()).isFalse();
                assertThat(verdict.current()).isNull();
                assertThat(verdict.known()).isTrue();
                assertThat(store.apply(List.of(new Entry(1, 1, Entry.Op.REFUSED, bytes("a"), null, 7, 1, 20))))
                        .containsExactly(ApplyResult.REFUSED);
                store.apply(List.of(StoreFixture.put(1, 2, "a", "1", 8, 1, 30)));
                store.flush();
            }
            try (ReplicaStore store = ReplicaStore.open(rocks, dir.resolve("data"))) {
                Verdict again = store.judge(List.of(), request);
                assertThat(again.holds()).as("it would hold now").isFalse();
                assertThat(again.known()).isFalse();
                assertThat(store.apply(List.of(new Entry(1, 3, Entry.Op.REFUSED, bytes("a"), null, 7, 1, 40))))
                        .containsExactly(ApplyResult.REFUSED_BEFORE);
                assertThat(store.apply(List.of(StoreFixture.put(1, 4, "a", "2", 7, 1, 40))))
                        .containsExactly(ApplyResult.REFUSED_BEFORE);
                assertThat(store.get(bytes("a"))).contains(bytes("1"));
            }
        }
    }

    @Test
    void anEntryKeepsItsExpiryAndItsRefusalInTheLog() {
        Entry timed = new Entry(3, 9, Entry.Op.PUT, bytes("k"), bytes("v"), 7, 8, 10, 99);
        Entry refused = new Entry(3, 9, Entry.Op.REFUSED, bytes("k"), new byte[0], 7, 8, 10, 0);
        for (Entry entry : List.of(timed, refused)) {
            Entry read = EntryCodec.decode(9, EntryCodec.encode(entry));
            assertThat(read.expiresMs()).isEqualTo(entry.expiresMs());
            assertThat(read.op()).isEqualTo(entry.op());
            assertThat(read.key()).isEqualTo(entry.key());
            assertThat(read.value()).isEqualTo(entry.value());
            assertThat(EntryCodec.epochOf(EntryCodec.encode(entry))).isEqualTo(3);
        }
    }
}
