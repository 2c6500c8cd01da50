package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;

/** Partitions for people. */
public final class PartitionText {
    private PartitionText() {}

    /** A row each. */
    public static String table(JsonNode partitions) {
        var table = new Table(
                ">ID",
                "TABLE",
                ">INDEX",
                ">EPOCH",
                "PRIMARY",
                "MEMBERS",
                ">IN-SYNC",
                "JOINING",
                "LEAVING",
                ">RECORDS",
                ">BYTES");
        for (JsonNode partition : partitions) {
            table.row(
                    text(partition.path("id")),
                    text(partition.path("table")),
                    text(partition.path("index")),
                    text(partition.path("epoch")),
                    text(partition.path("primary")),
                    members(partition.path("members")),
                    partition.path("inSync").size() + "/"
                            + partition.path("members").size(),
                    text(partition.path("joining")),
                    text(partition.path("leaving")),
                    partition.hasNonNull("records") ? text(partition.path("records")) : "-",
                    size(partition.path("bytes")));
        }
        return table.render();
    }

    /** One, with its replicas as their datanodes report them. */
    public static String info(JsonNode partition) {
        String head = new Sheet()
                .line("partition", text(partition.path("table")) + "." + text(partition.path("index")))
                .line("id", text(partition.path("id")))
                .line("epoch", text(partition.path("epoch")))
                .line("primary", partition.hasNonNull("primary") ? text(partition.path("primary")) : "none")
                .line(
                        "in-sync",
                        partition.path("inSync").size() + " of "
                                + partition.path("members").size() + " members")
                .line("target", text(partition.path("target")))
                .line("joining", text(partition.path("joining")))
                .line("leaving", text(partition.path("leaving")))
                .line("records", partition.hasNonNull("records") ? "about " + text(partition.path("records")) : "-")
                .line("op", partition.path("opRow").isObject() ? NodeText.brief(partition.path("opRow")) : "-")
                .render();
        var table = new Table(
                ">REPLICA", "DISK", "KIND", "ROLE", "IN-SYNC", "STATE", "ALIVE", ">EPOCH", ">LAST", ">BYTES", "DETAIL");
        for (JsonNode replica : partition.path("replicas")) {
            table.row(
                    text(replica.path("replica")),
                    text(replica.path("node")) + ":" + text(replica.path("path")),
                    text(replica.path("kind")),
                    text(replica.path("role")),
                    yesNo(replica.path("inSync")),
                    text(replica.path("state")),
                    yesNo(replica.path("alive")),
                    text(replica.path("epoch")),
                    text(replica.path("lastIndex")),
                    bytes(replica),
                    text(replica.path("detail")));
        }
        return head + "\n" + table.render();
    }

    /** While a copy is on its way, how much of it has come. */
    private static String bytes(JsonNode replica) {
        JsonNode total = replica.path("seedTotalBytes");
        return total.asLong() > 0
                ? size(replica.path("seedDoneBytes")) + " of " + size(total)
                : size(replica.path("bytes"));
    }

    private static String members(JsonNode members) {
        var nodes = new ArrayList<String>();
        members.forEach(member -> nodes.add(member.isObject() ? text(member.path("node")) : text(member)));
        return nodes.isEmpty() ? "-" : String.join(" ", nodes);
    }
}
