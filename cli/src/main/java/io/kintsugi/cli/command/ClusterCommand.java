package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Table;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kintsugi cluster}. */
@Command(name = "cluster", description = "The cluster as a whole: its masters, its health, its settings.")
final class ClusterCommand extends Noun {
    @Command(name = "info", description = "Who leads, which masters there are, and how the cluster is.")
    int info() {
        JsonNode cluster = api().get("/v1/cluster");
        return show(cluster, () -> describe(cluster));
    }

    @Command(name = "settings", description = "All settings that can be changed while the cluster runs.")
    int settings() {
        JsonNode settings = api().get("/v1/settings");
        return show(settings, () -> settingsTable(settings));
    }

    @Command(name = "set", description = "Changes settings.")
    int set(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "Settings, as `cluster settings` names them.")
                    Map<String, String> values) {
        ObjectNode body = Json.object();
        values.forEach((name, value) -> Values.put(body, name, value));
        JsonNode settings = api().patch("/v1/settings", body);
        return show(settings, () -> settingsTable(settings));
    }

    private static String settingsTable(JsonNode settings) {
        var table = new Table("SETTING", "VALUE");
        settings.properties().forEach(setting -> table.row(setting.getKey(), text(setting.getValue())));
        return table.render();
    }

    private static String describe(JsonNode cluster) {
        var masters = new Table("MASTER", "ROLE", "ALIVE", ">APPLIED", "HTTP", "GRPC", "RAFT");
        for (JsonNode master : cluster.path("masters")) {
            masters.row(
                    text(master.path("name")),
                    text(master.path("role")),
                    yesNo(master.path("alive")),
                    text(master.path("appliedIndex")),
                    text(master.path("http")),
                    text(master.path("grpc")),
                    text(master.path("raft")));
        }
        return String.join(
                "\n",
                "cluster     " + text(cluster.path("clusterId")) + ", " + text(cluster.path("state")),
                "leader      " + text(cluster.path("leader")) + " (generation " + text(cluster.path("generation"))
                        + ", term " + text(cluster.path("term")) + ")",
                "datanodes   " + text(cluster.path("datanodesAlive")) + " of " + text(cluster.path("datanodes"))
                        + " alive",
                "tables      " + text(cluster.path("tables")),
                "partitions  " + text(cluster.path("partitions")) + ", "
                        + text(cluster.path("partitionsWithoutPrimary")) + " without primary, "
                        + text(cluster.path("partitionsUnderReplicated")) + " under-replicated",
                "ops         " + text(cluster.path("opsRunning")) + " running",
                "digests     "
                        + (cluster.path("digestOk").asBoolean(true)
                                ? "equal"
                                : "DIFFERENT: the masters' states have diverged"),
                "",
                masters.render());
    }
}
