package io.kintsugi.master.state;

import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.Touched;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one Raft entry does to the state. Appliers read {@link #state()} and put rows; at the end, {@link #commit} gives each row that
 * differs from before the entry as one change, and the digest. So the result doesn't depend on how commands were put into entries.
 */
final class Transaction {
    private final State base;
    private final LogPosition at;
    private State state;
    private long now;
    private String requestedBy = "";
    /** Table number → keys that some command of this entry wrote, perhaps in vain. */
    private final TreeMap<Integer, TreeSet<Object>> touched = new TreeMap<>();

    Transaction(State base, LogPosition at) {
        this.base = base;
        this.at = at;
        this.state = base;
    }

    LogPosition at() {
        return at;
    }

    /** As the commands before, and this one so far, have left it. */
    State state() {
        return state;
    }

    /** Applied time, milliseconds since the epoch. */
    long now() {
        return now;
    }

    String requestedBy() {
        return requestedBy;
    }

    void begin(long time, String asker) {
        now = time;
        requestedBy = asker;
    }

    /** Back to what {@link #state()} was earlier in this entry. */
    void rollback(State earlier) {
        state = earlier;
    }

    <K extends Comparable<? super K>, V> void put(RowTable<K, V> table, K key, V value) {
        touched.computeIfAbsent(table.number(), t -> new TreeSet<>()).add(key);
        state = state.with(table, key, value);
    }

    <K extends Comparable<? super K>> void remove(RowTable<K, ?> table, K key) {
        put(table, key, null);
    }

    void put(Node row) {
        put(Schema.NODES, row.id(), row);
    }

    void put(Disk row) {
        put(Schema.DISKS, row.id(), row);
    }

    void put(Table row) {
        put(Schema.TABLES, row.id(), row);
    }

    void put(Partition row) {
        put(Schema.PARTITIONS, row.id(), row);
        AbsenceApplier.settle(this, row);
    }

    void put(Op row) {
        put(Schema.OPS, row.id(), row);
    }

    long next(Counter counter) {
        long id = state.counter(counter) + 1;
        put(Schema.COUNTERS, counter.wire(), id);
        return id;
    }

    /** For ids that are ints. */
    int nextInt(Counter counter) {
        return Math.toIntExact(next(counter));
    }

    Applied commit(List<Outcome> outcomes) {
        List<Change> changes = new ArrayList<>();
        long digest = base.digest();
        for (RowTable<?, ?> table : Schema.ALL) {
            if (touched.containsKey(table.number())) {
                digest += emit(table, changes);
            }
        }
        state = state.after(digest, summary());
        return new Applied(outcomes, changes, state);
    }

    private Touched summary() {
        return new Touched(
                base.touched().version() + 1,
                keys(Schema.NODES),
                keys(Schema.DISKS),
                keys(Schema.TABLES),
                keys(Schema.PARTITIONS),
                keys(Schema.OPS));
    }

    /** Keys of a table are the table's own: {@link #put} took them. */
    @SuppressWarnings("unchecked")
    private <K extends Comparable<? super K>> Set<K> keys(RowTable<K, ?> table) {
        Set<?> of = touched.get(table.number());
        return of == null ? Set.of() : (Set<K>) of;
    }

    /** Adds a table's changes; returns by how much they change the digest. Keys are the table's own: {@link #put} took them. */
    @SuppressWarnings("unchecked")
    private <K extends Comparable<? super K>, V> long emit(RowTable<K, V> table, List<Change> changes) {
        long difference = 0;
        for (Object touchedKey : touched.get(table.number())) {
            K key = (K) touchedKey;
            V old = base.rows(table).get(key);
            V now = state.rows(table).get(key);
            if (Objects.equals(old, now)) {
                continue;
            }
            byte[] keyBytes = table.keys().encode().apply(key);
            byte[] value = now == null ? null : table.encode(now);
            if (old != null) {
                difference -= RowHash.of(table.number(), keyBytes, table.encode(old));
            }
            if (value != null) {
                difference += RowHash.of(table.number(), keyBytes, value);
            }
            changes.add(new Change(table.number(), keyBytes, value));
        }
        return difference;
    }
}
