package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.NodeText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi node}. */
@Command(name = "node", description = "Datanodes: the storage hosts.")
final class NodeCommand extends Draining {
    private static final String HELP = "The datanode, as `node ls` shows it.";

    @Command(name = "ls", description = "All datanodes.")
    int list() {
        JsonNode nodes = api().get("/v1/nodes");
        return show(nodes, () -> NodeText.table(nodes));
    }

    @Command(name = "info", description = "One datanode, with its disks and what drains it.")
    int info(@Parameters(paramLabel = "NODE", description = HELP) String node) {
        JsonNode row = api().get(path(node));
        return show(row, () -> NodeText.info(row));
    }

    @Command(
            name = "decommission",
            description =
                    "Moves everything away from all disks of a datanode, never lowering redundancy. Prints the op that does it.")
    int decommission(@Parameters(paramLabel = "NODE", description = HELP) String node, @Mixin How how) {
        return startDrain("/v1/nodes/decommission", Json.object().put("node", node), how, node);
    }

    @Command(name = "recommission", description = "Lets a drained datanode take replicas again.")
    int recommission(@Parameters(paramLabel = "NODE", description = HELP) String node) {
        JsonNode row = api().post("/v1/nodes/recommission", Json.object().put("node", node));
        return done(row, node + " is " + text(row.path("status")));
    }

    @Command(name = "cancel", description = "Stops draining a datanode; what has moved stays where it is.")
    int cancel(
            @Parameters(paramLabel = "NODE", description = HELP) String node,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until it has ended.")
                    boolean watch) {
        return cancelOp(api().get(path(node)).path("op"), watch, node);
    }

    @Command(
            name = "rm",
            description = "Forgets a datanode that is stopped, and drained or lost for good."
                    + " Refused where it has the only good copy of something.")
    int remove(
            @Parameters(paramLabel = "NODE", description = HELP) String node,
            @Option(names = "--yes", description = "Doesn't ask.") boolean yes) {
        confirm(yes, "Forget datanode " + node + " for good?");
        return done(api().delete(path(node)), node + " is removed from the cluster");
    }

    @Command(
            name = "drain-check",
            description = "Whether a datanode can be drained now, and which partitions stop it; exit code 7 for no.")
    int drainCheck(@Parameters(paramLabel = "NODE", description = HELP) String node) {
        return askDrainCheck(path(node) + "/drain-check");
    }

    @Command(
            name = "backups",
            description =
                    "Replicas that a forced recovery has removed from a datanode, kept there for DpBackupTimeoutMs: lists them, removes"
                            + " one, or puts one back, so that `partition recover` can go on with it.")
    int backups(
            @Parameters(paramLabel = "NODE", description = HELP) String node,
            @Parameters(arity = "0..1", paramLabel = "ls|rm|restore", defaultValue = "ls", description = "Default: ls.")
                    String verb,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "REPLICA",
                            description = "For rm and restore: which, by its number.")
                    String replica,
            @Option(names = "--yes", description = "Doesn't ask.") boolean yes) {
        String backups = path(node) + "/backups";
        if (verb.equals("ls")) {
            JsonNode rows = api().get(backups);
            return show(rows, () -> NodeText.backups(rows));
        }
        if (replica == null || !verb.equals("rm") && !verb.equals("restore")) {
            throw CliException.usage(
                    "BAD_USAGE",
                    "say ls, rm REPLICA or restore REPLICA",
                    "`kintsugi node backups " + node + "` lists them.");
        }
        if (verb.equals("rm")) {
            confirm(yes, "Remove the backup of replica " + replica + " for good?");
            return done(
                    api().delete(backups + "/" + encode(replica)), "the backup of replica " + replica + " is removed");
        }
        JsonNode row = api().post(backups + "/" + encode(replica) + "/restore", Json.object());
        return done(
                row,
                "replica " + replica + " is there again; `kintsugi partition recover " + text(row.path("partition"))
                        + "` can go on with it");
    }

    @Command(
            name = "offline",
            description = {
                "Takes the replicas of a datanode that is dead out of service: another replica becomes primary where it had one, and none of",
                "them comes in-sync again before `node recover`. A line for each partition; exit code 1 when one was refused."
            })
    int offline(
            @Parameters(paramLabel = "NODE", description = HELP) String node,
            @Option(names = "--force", description = "Of one that lives too: redundancy is lower then.")
                    boolean force) {
        return absence("/v1/nodes/offline", Json.object().put("node", node).put("force", force), false);
    }

    @Command(
            name = "recover",
            description = {
                "Brings the replicas of a datanode that is back into service: partitions without a primary get one, members come in-sync once",
                "they have caught up, lost ones are replaced. No offline need have come before. A line for each partition, with the op that",
                "ends when its replica is in-sync; exit code 1 when one was refused."
            })
    int recover(
            @Parameters(paramLabel = "NODE", description = HELP) String node,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until all have ended.")
                    boolean watch) {
        return absence("/v1/nodes/recover", Json.object().put("node", node), watch);
    }

    private static String path(String node) {
        return "/v1/nodes/" + encode(node);
    }
}
