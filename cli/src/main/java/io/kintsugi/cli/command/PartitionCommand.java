package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Table;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi partition}. */
@Command(name = "partition", description = "Partitions: hash slices of tables.")
final class PartitionCommand extends Noun {
    @Command(name = "ls", description = "Where the partitions are, and which replicas are in-sync.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "TABLE", description = "Only those of this table.") String table,
            @Option(
                            names = {"-t", "--table"},
                            paramLabel = "TABLE",
                            description = "The same.")
                    String option) {
        String name = table == null ? option : table;
        JsonNode partitions = api().get("/v1/partitions" + (name == null ? "" : "?table=" + encode(name)));
        return show(partitions, () -> {
            var rows = new Table(
                    ">ID", "TABLE", ">INDEX", ">EPOCH", "PRIMARY", "MEMBERS", ">IN-SYNC", "JOINING", "LEAVING");
            for (JsonNode partition : partitions) {
                rows.row(
                        text(partition.path("id")),
                        text(partition.path("table")),
                        text(partition.path("index")),
                        text(partition.path("epoch")),
                        text(partition.path("primary")),
                        members(partition.path("members")),
                        partition.path("inSync").size() + "/"
                                + partition.path("members").size(),
                        text(partition.path("joining")),
                        text(partition.path("leaving")));
            }
            return rows.render();
        });
    }

    private static String members(JsonNode members) {
        var nodes = new ArrayList<String>();
        members.forEach(member -> nodes.add(member.isObject() ? text(member.path("node")) : text(member)));
        return nodes.isEmpty() ? "-" : String.join(" ", nodes);
    }
}
