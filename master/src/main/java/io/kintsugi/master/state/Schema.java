package io.kintsugi.master.state;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.List;

/** Every stored table. Numbers are never reused; a new table gets the next one. */
final class Schema {
    /** One row, under {@link #CLUSTER_KEY}. */
    static final RowTable<Integer, Cluster> CLUSTER =
            new RowTable<>(1, "cluster", KeyCodec.INT, Rows::writeCluster, Rows::readCluster, (x, old, now) -> {});
    /** By {@link Counter#wire()}. */
    static final RowTable<Integer, Long> COUNTERS = new RowTable<>(
            2, "counters", KeyCodec.INT, (n, out) -> out.num(1, n), in -> in.num(1), (x, old, now) -> {});
    /** By the setting's key. */
    static final RowTable<String, String> SETTINGS = new RowTable<>(
            3, "settings", KeyCodec.TEXT, (v, out) -> out.text(1, v), in -> in.text(1), (x, old, now) -> {});

    static final RowTable<Integer, Nodeset> NODESETS =
            new RowTable<>(4, "nodesets", KeyCodec.INT, Rows::writeNodeset, Rows::readNodeset, (x, old, now) -> {});
    static final RowTable<Integer, Node> NODES =
            new RowTable<>(5, "nodes", KeyCodec.INT, Rows::writeNode, Rows::readNode, Indexes::node);
    static final RowTable<Integer, Disk> DISKS =
            new RowTable<>(6, "disks", KeyCodec.INT, Rows::writeDisk, Rows::readDisk, Indexes::disk);
    static final RowTable<Integer, Table> TABLES =
            new RowTable<>(7, "tables", KeyCodec.INT, Rows::writeTable, Rows::readTable, Indexes::table);
    static final RowTable<Integer, Partition> PARTITIONS = new RowTable<>(
            8, "partitions", KeyCodec.INT, Rows::writePartition, Rows::readPartition, Indexes::partition);
    static final RowTable<Long, Op> OPS =
            new RowTable<>(9, "ops", KeyCodec.LONG, OpRow::write, OpRow::read, Indexes::op);
    /** By {@link Request#seq()}. */
    static final RowTable<Long, Request> REQUESTS =
            new RowTable<>(10, "requests", KeyCodec.LONG, Rows::writeRequest, Rows::readRequest, Indexes::request);

    /** By partition: since when its data is given up, milliseconds since the epoch. There are few. */
    static final RowTable<Integer, Long> DISCARDS = new RowTable<>(
            11, "discards", KeyCodec.INT, (n, out) -> out.num(1, n), in -> in.num(1), (x, old, now) -> {});

    static final int CLUSTER_KEY = 1;

    static final List<RowTable<?, ?>> ALL =
            List.of(CLUSTER, COUNTERS, SETTINGS, NODESETS, NODES, DISKS, TABLES, PARTITIONS, OPS, REQUESTS, DISCARDS);

    private Schema() {}

    static RowTable<?, ?> byNumber(int number) {
        for (RowTable<?, ?> table : ALL) {
            if (table.number() == number) {
                return table;
            }
        }
        throw new IllegalArgumentException("the store has a table " + number
                + " that this version doesn't know: run the version that wrote it, or a newer one");
    }
}
