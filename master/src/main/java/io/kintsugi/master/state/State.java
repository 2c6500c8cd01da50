package io.kintsugi.master.state;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Settings;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.Touched;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** The state: a persistent map for each table, and the indexes. Immutable: {@link #with} gives a new one that shares nearly everything. */
final class State implements ClusterState {
    static final State EMPTY = new State(emptyTables(), new Indexes(), Settings.DEFAULTS, 0, Touched.NOTHING);

    /** By table number. Never changed after the constructor. */
    private final TreePMap<?, ?>[] tables;

    private final Indexes indexes;
    /** Made when a row of them changes: every planner asks for them. */
    private final Settings settings;

    private final long digest;
    private final Touched touched;

    private State(TreePMap<?, ?>[] tables, Indexes indexes, Settings settings, long digest, Touched touched) {
        this.tables = tables;
        this.indexes = indexes;
        this.settings = settings;
        this.digest = digest;
        this.touched = touched;
    }

    private static TreePMap<?, ?>[] emptyTables() {
        int last = Schema.ALL.stream().mapToInt(RowTable::number).max().orElseThrow();
        TreePMap<?, ?>[] tables = new TreePMap<?, ?>[last + 1];
        for (RowTable<?, ?> table : Schema.ALL) {
            tables[table.number()] = TreePMap.<Integer, Object>empty();
        }
        return tables;
    }

    /** A table's rows; the types are what the table's own {@link #with} put in. */
    @SuppressWarnings("unchecked")
    <K extends Comparable<? super K>, V> TreePMap<K, V> rows(RowTable<K, V> table) {
        return (TreePMap<K, V>) tables[table.number()];
    }

    /** With a row set, or removed when {@code value} is null. The digest stays what it was: {@link #withDigest} follows at the end. */
    <K extends Comparable<? super K>, V> State with(RowTable<K, V> table, K key, V value) {
        TreePMap<K, V> rows = rows(table);
        V old = rows.get(key);
        if (old == null && value == null) {
            return this;
        }
        TreePMap<?, ?>[] next = tables.clone();
        next[table.number()] = value == null ? rows.minus(key) : rows.plus(key, value);
        State changed = new State(next, indexes.after(table, old, value), settings, digest, touched);
        return table.number() == Schema.SETTINGS.number()
                ? new State(next, changed.indexes, new Settings(changed.rows(Schema.SETTINGS)), digest, touched)
                : changed;
    }

    State withDigest(long newDigest) {
        return new State(tables, indexes, settings, newDigest, touched);
    }

    /** As an entry leaves it. */
    State after(long newDigest, Touched byEntry) {
        return new State(tables, indexes, settings, newDigest, byEntry);
    }

    Indexes indexes() {
        return indexes;
    }

    @Override
    public long digest() {
        return digest;
    }

    long counter(Counter counter) {
        return rows(Schema.COUNTERS).getOrDefault(counter.wire(), 0L);
    }

    Optional<Request> request(String id) {
        return Optional.ofNullable(indexes.requests.get(id));
    }

    @Override
    public Optional<Cluster> cluster() {
        return Optional.ofNullable(rows(Schema.CLUSTER).get(Schema.CLUSTER_KEY));
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Collection<Op> openRejoins(int partition) {
        return valuesOf(indexes.openRejoins.get(partition));
    }

    @Override
    public Collection<Nodeset> nodesets() {
        return rows(Schema.NODESETS).values();
    }

    @Override
    public Optional<Nodeset> nodeset(int id) {
        return Optional.ofNullable(rows(Schema.NODESETS).get(id));
    }

    @Override
    public Collection<Node> nodes() {
        return rows(Schema.NODES).values();
    }

    @Override
    public Optional<Node> node(int id) {
        return Optional.ofNullable(rows(Schema.NODES).get(id));
    }

    @Override
    public Optional<Node> nodeByUuid(String uuid) {
        return Optional.ofNullable(indexes.nodesByUuid.get(uuid));
    }

    @Override
    public Optional<Node> nodeByName(String name) {
        return Optional.ofNullable(indexes.nodesByName.get(name));
    }

    @Override
    public Collection<Disk> disks() {
        return rows(Schema.DISKS).values();
    }

    @Override
    public Optional<Disk> disk(int id) {
        return Optional.ofNullable(rows(Schema.DISKS).get(id));
    }

    @Override
    public Optional<Disk> diskByUuid(String uuid) {
        return Optional.ofNullable(indexes.disksByUuid.get(uuid));
    }

    @Override
    public Collection<Disk> disksOfNode(int node) {
        return valuesOf(indexes.disksByNode.get(node));
    }

    @Override
    public Collection<Table> tables() {
        return rows(Schema.TABLES).values();
    }

    @Override
    public Optional<Table> table(int id) {
        return Optional.ofNullable(rows(Schema.TABLES).get(id));
    }

    @Override
    public Optional<Table> tableByName(String name) {
        return Optional.ofNullable(indexes.tablesByName.get(name));
    }

    @Override
    public Optional<Partition> partition(int id) {
        return Optional.ofNullable(rows(Schema.PARTITIONS).get(id));
    }

    @Override
    public boolean purged(int partition) {
        return partition <= counter(Counter.PARTITION)
                && !rows(Schema.PARTITIONS).containsKey(partition);
    }

    @Override
    public Ids given() {
        return new Ids(
                (int) counter(Counter.NODE),
                (int) counter(Counter.DISK),
                (int) counter(Counter.TABLE),
                (int) counter(Counter.PARTITION),
                counter(Counter.REPLICA),
                counter(Counter.OP),
                (int) counter(Counter.NODESET),
                counter(Counter.REQUEST));
    }

    @Override
    public long settingsRevision() {
        return counter(Counter.SETTINGS);
    }

    @Override
    public Collection<Partition> partitionsOfTable(int table) {
        return valuesOf(indexes.slots.get(table));
    }

    @Override
    public Collection<Integer> partitionsOnDisk(int disk) {
        PMap<Integer, Boolean> ids = indexes.partitionsByDisk.get(disk);
        return ids == null ? List.of() : ids.keySet();
    }

    @Override
    public int partitionCount() {
        return rows(Schema.PARTITIONS).size();
    }

    @Override
    public Optional<Op> op(long id) {
        return Optional.ofNullable(rows(Schema.OPS).get(id));
    }

    @Override
    public Collection<Op> openOps() {
        return indexes.openOps.values();
    }

    @Override
    public Collection<Op> ops() {
        return rows(Schema.OPS).values();
    }

    @Override
    public Collection<Op> children(long parent) {
        return valuesOf(indexes.children.get(parent));
    }

    @Override
    public Optional<Op> openRescue() {
        return indexes.openRescues.values().stream().findFirst();
    }

    @Override
    public Collection<Op> openDrains() {
        return indexes.openDrains.values();
    }

    @Override
    public Collection<Op> markedMoves() {
        return indexes.markedMoves.values();
    }

    @Override
    public Collection<Op> openRepairs() {
        return indexes.openRepairs.values();
    }

    @Override
    public Collection<Op> openMoves(int partition) {
        return valuesOf(indexes.openMoves.get(partition));
    }

    @Override
    public Map<Integer, Op> givenUp(long drain) {
        PMap<Integer, Op> moves = indexes.givenUp.get(drain);
        return moves == null ? Map.of() : moves;
    }

    @Override
    public Collection<Op> movesOfNodeset(int nodeset) {
        return valuesOf(indexes.tokens.get(nodeset));
    }

    @Override
    public Collection<Op> movesToDisk(int disk) {
        return valuesOf(indexes.copiesToDisk.get(disk));
    }

    @Override
    public Touched touched() {
        return touched;
    }

    @Override
    public Set<Integer> discards() {
        return rows(Schema.DISCARDS).keySet();
    }

    @Override
    public Map<Integer, Partition> partitions() {
        return rows(Schema.PARTITIONS);
    }

    private static <K, V> Collection<V> valuesOf(PMap<K, V> map) {
        return map == null ? List.of() : map.values();
    }
}
