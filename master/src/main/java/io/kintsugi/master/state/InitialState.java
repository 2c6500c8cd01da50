package io.kintsugi.master.state;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A whole state that no log led to: what a group begins with whose metadata comes from elsewhere. It has no ops.
 *
 * @param settingsRevision how often settings were changed
 * @param settings that aren't at their defaults
 * @param given the highest ids: the next ones are above
 */
public record InitialState(
        Cluster cluster,
        List<Nodeset> nodesets,
        List<Node> nodes,
        List<Disk> disks,
        long settingsRevision,
        Map<String, String> settings,
        List<Table> tables,
        List<Partition> partitions,
        Ids given) {

    /** As the store keeps them. */
    public List<Change> rows() {
        List<Change> rows = new ArrayList<>();
        rows.add(row(Schema.CLUSTER, Schema.CLUSTER_KEY, cluster));
        settings.forEach((key, value) -> rows.add(row(Schema.SETTINGS, key, value)));
        nodesets.forEach(n -> rows.add(row(Schema.NODESETS, n.id(), n)));
        nodes.forEach(n -> rows.add(row(Schema.NODES, n.id(), n)));
        disks.forEach(d -> rows.add(row(Schema.DISKS, d.id(), d)));
        tables.forEach(t -> rows.add(row(Schema.TABLES, t.id(), t)));
        partitions.forEach(p -> rows.add(row(Schema.PARTITIONS, p.id(), p)));
        last(rows, Counter.NODE, given.node());
        last(rows, Counter.DISK, given.disk());
        last(rows, Counter.TABLE, given.table());
        last(rows, Counter.PARTITION, given.partition());
        last(rows, Counter.REPLICA, given.replica());
        last(rows, Counter.OP, given.op());
        last(rows, Counter.NODESET, given.nodeset());
        last(rows, Counter.REQUEST, given.request());
        last(rows, Counter.SETTINGS, settingsRevision); // no TIME_TERM: Raft's terms begin anew
        return rows;
    }

    /** What of {@link Invariants} it would break: a sentence each. Reads everything. */
    public List<String> violations() {
        MasterCore core = new MasterCore();
        core.empty();
        rows().forEach(row -> core.load(row.table(), row.key(), row.value()));
        return Invariants.violations(core.loaded());
    }

    private static void last(List<Change> rows, Counter counter, long value) {
        rows.add(row(Schema.COUNTERS, counter.wire(), value));
    }

    private static <K extends Comparable<? super K>, V> Change row(RowTable<K, V> table, K key, V value) {
        return new Change(table.number(), table.keys().encode().apply(key), table.encode(value));
    }
}
