package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.count;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;

/** Datanodes for people. */
public final class NodeText {
    private NodeText() {}

    /** A row each. */
    public static String table(JsonNode nodes) {
        var table = new Table(
                "NODE", "ZONE", "NODESET", "STATUS", "ALIVE", ">DISKS", ">REPLICAS", ">PRIMARIES", ">OP", "ADDRESS");
        for (JsonNode node : nodes) {
            table.row(
                    text(node.path("node")),
                    text(node.path("zone")),
                    text(node.path("nodeset")),
                    text(node.path("status")),
                    yesNo(node.path("alive")),
                    text(node.path("disks")),
                    text(node.path("replicas")),
                    text(node.path("primaries")),
                    text(node.path("op")),
                    text(node.path("address")));
        }
        return table.render();
    }

    /** One, with its disks. */
    public static String info(JsonNode node) {
        String head = new Sheet()
                .line("node", text(node.path("node")))
                .line(
                        "status",
                        text(node.path("status")) + (node.path("alive").asBoolean() ? ", alive" : ", not alive"))
                .line("zone", text(node.path("zone")) + ", nodeset " + text(node.path("nodeset")))
                .line("address", text(node.path("address")) + ", HTTP " + text(node.path("httpAddress")))
                .line("holds", holds(node))
                .line("op", node.path("opRow").isObject() ? brief(node.path("opRow")) : text(node.path("op")))
                .render();
        return node.path("diskRows").isEmpty() ? head : head + "\n" + DiskText.table(node.path("diskRows"));
    }

    private static String holds(JsonNode node) {
        long primaries = node.path("primaries").asLong();
        return count(node.path("replicas").asLong(), "replica")
                + (primaries == 1 ? ", 1 primary" : ", " + primaries + " primaries") + ", on "
                + count(node.path("disks").asLong(), "disk");
    }

    /** An op in a few words: {@code 7, DiskDecommission d1:/a, Running, 5 of 12 moved}. */
    static String brief(JsonNode json) {
        var op = new OpRow(json);
        return op.id() + ", " + op.title() + ", " + op.state() + (op.counts().equals("-") ? "" : ", " + op.counts());
    }

    public static String backups(JsonNode rows) {
        var table = new Table(">REPLICA", "PARTITION", "DISK", ">BYTES", "LAST ENTRY", "KEPT SINCE", "EXPIRES");
        for (JsonNode b : rows) {
            table.row(
                    text(b.path("replica")),
                    text(b.path("partition")),
                    text(b.path("disk")),
                    Human.size(b.path("bytes")),
                    text(b.path("lastEpoch")) + ":" + text(b.path("lastIndex")),
                    text(b.path("keptAt")),
                    text(b.path("expiresAt")));
        }
        return table.render();
    }
}
