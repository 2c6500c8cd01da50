package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code kintsugi node}. */
@Command(name = "node", description = "Datanodes: the storage hosts.")
final class NodeCommand extends Noun {
    @Command(name = "ls", description = "All datanodes.")
    int list() {
        JsonNode nodes = api().get("/v1/nodes");
        return show(nodes, () -> {
            var table = new Table(
                    "NODE", "ZONE", "NODESET", "STATUS", "ALIVE", ">DISKS", ">REPLICAS", ">PRIMARIES", "ADDRESS");
            for (JsonNode node : nodes) {
                JsonNode disks = node.path("disks");
                table.row(
                        text(node.path("node")),
                        text(node.path("zone")),
                        text(node.path("nodeset")),
                        text(node.path("status")),
                        yesNo(node.path("alive")),
                        disks.isArray() ? disks.size() : text(disks),
                        text(node.path("replicas")),
                        text(node.path("primaries")),
                        text(node.path("address")));
            }
            return table.render();
        });
    }
}
