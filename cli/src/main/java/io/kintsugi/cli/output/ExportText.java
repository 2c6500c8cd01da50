package io.kintsugi.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.Session;
import io.kintsugi.master.event.EventLog;
import io.kintsugi.master.export.ExportHeader;
import io.kintsugi.master.export.ExportedState;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.state.StoredRows;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is in an export of the metadata. */
public final class ExportText {
    /** More violations than these are only counted. */
    private static final int SHOWN = 20;

    private ExportText() {}

    /** For people. */
    public static String text(ExportedState export, Session session) {
        ExportHeader header = export.header();
        ClusterView state = export.state();
        String rows = export.trailer().rows().entrySet().stream()
                .map(e -> e.getValue() + " " + name(e.getKey()))
                .collect(Collectors.joining(", "));
        var text = new StringBuilder(new Sheet()
                .line("cluster", header.clusterId())
                .line("generation", Long.toString(header.generation()))
                .line("raft", "term " + header.term() + ", index " + header.index())
                .line(
                        "exported",
                        Human.time(Json.object().textNode(time(header)), session.zone()) + " by " + header.by())
                .line("digest", digest(export))
                .line("rows", rows)
                .line("partitions", Integer.toString(state.partitionCount()))
                .line("open ops", Integer.toString(state.openOps().size()))
                .render());
        tables(state, text);
        datanodes(state, text);
        ops(state, text);
        export.violations().stream()
                .limit(SHOWN)
                .forEach(each -> text.append("not sound: ").append(each).append('\n'));
        int more = export.violations().size() - SHOWN;
        if (more > 0) {
            text.append("not sound: ").append(more).append(" things more\n");
        }
        return text.toString();
    }

    private static void tables(ClusterView state, StringBuilder text) {
        if (!state.tables().isEmpty()) {
            var sheet = new io.kintsugi.cli.output.Table(">ID", "TABLE", ">PARTITIONS", ">REPLICAS", "STATE");
            state.tables().forEach(t -> sheet.row(t.id(), t.name(), t.partitions(), t.replicas(), word(t.state())));
            text.append('\n').append(sheet.render());
        }
    }

    private static void datanodes(ClusterView state, StringBuilder text) {
        if (!state.nodes().isEmpty()) {
            var sheet = new io.kintsugi.cli.output.Table(">ID", "DATANODE", "ADDRESS", "ZONE", ">DISKS", ">REPLICAS");
            state.nodes()
                    .forEach(n -> sheet.row(
                            n.id(),
                            n.name(),
                            n.address(),
                            n.zone(),
                            state.disksOfNode(n.id()).size(),
                            replicas(state, n)));
            text.append('\n').append(sheet.render());
        }
    }

    private static void ops(ClusterView state, StringBuilder text) {
        if (!state.openOps().isEmpty()) {
            var sheet = new io.kintsugi.cli.output.Table(">OP", "KIND", "TARGET", "STATUS", "REASON");
            state.openOps()
                    .forEach(op -> sheet.row(op.id(), word(op.kind()), op.target(), word(op.status()), op.reason()));
            text.append('\n').append(sheet.render());
        }
    }

    /** For scripts. */
    public static ObjectNode json(Path file, ExportedState export) {
        ExportHeader header = export.header();
        ClusterView state = export.state();
        ObjectNode json = Json.object()
                .put("file", file.toString())
                .put("clusterId", header.clusterId())
                .put("generation", header.generation())
                .put("term", header.term())
                .put("index", header.index())
                .put("exportedAt", time(header))
                .put("exportedBy", header.by())
                .put("digest", digest(export));
        ObjectNode rows = json.putObject("rows");
        export.trailer().rows().forEach((table, count) -> rows.put(name(table), count));
        json.put("partitions", state.partitionCount());
        tables(state, json.putArray("tables"));
        datanodes(state, json.putArray("datanodes"));
        ops(state, json.putArray("openOps"));
        ArrayNode violations = json.putArray("violations");
        export.violations().stream().limit(SHOWN).forEach(violations::add);
        return json.put("violationsCount", export.violations().size());
    }

    private static void tables(ClusterView state, ArrayNode json) {
        for (Table t : state.tables()) {
            json.addObject()
                    .put("id", t.id())
                    .put("name", t.name())
                    .put("partitions", t.partitions())
                    .put("replicas", t.replicas())
                    .put("state", word(t.state()));
        }
    }

    private static void datanodes(ClusterView state, ArrayNode json) {
        for (Node n : state.nodes()) {
            ObjectNode node = json.addObject()
                    .put("id", n.id())
                    .put("name", n.name())
                    .put("address", n.address())
                    .put("zone", n.zone())
                    .put("replicas", replicas(state, n));
            ArrayNode disks = node.putArray("disks");
            for (Disk d : state.disksOfNode(n.id())) {
                disks.addObject().put("id", d.id()).put("path", d.path()).put("status", word(d.status()));
            }
        }
    }

    private static void ops(ClusterView state, ArrayNode json) {
        for (Op op : state.openOps()) {
            json.addObject()
                    .put("id", op.id())
                    .put("kind", word(op.kind()))
                    .put("target", op.target())
                    .put("status", word(op.status()))
                    .put("reason", op.reason());
        }
    }

    private static long replicas(ClusterView state, Node node) {
        long count = 0;
        for (Disk disk : state.disksOfNode(node.id())) {
            count += state.partitionsOnDisk(disk.id()).size();
        }
        return count;
    }

    private static String name(int table) {
        return table == EventLog.TABLE ? "events" : StoredRows.tableName(table);
    }

    /** As the masters' API spells it: DISK_DECOMMISSION is DiskDecommission. */
    private static String word(Enum<?> value) {
        var text = new StringBuilder();
        for (String part : value.name().split("_")) {
            text.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    private static String time(ExportHeader header) {
        return Instant.ofEpochMilli(header.at()).toString();
    }

    private static String digest(ExportedState export) {
        return String.format(Locale.ROOT, "%016x", export.trailer().digest());
    }
}
