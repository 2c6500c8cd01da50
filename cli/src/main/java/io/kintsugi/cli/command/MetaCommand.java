package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.Context;
import io.kintsugi.cli.output.ExportText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.seed.NodeList;
import io.kintsugi.master.export.ExportedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi meta}. */
@Command(name = "meta", description = "The masters' group and its metadata.")
final class MetaCommand extends Noun {
    @Command(
            name = "init",
            description = "Makes a new cluster of masters that have no store yet. Once; refused where a store exists.")
    int init() {
        JsonNode answer = root().api(first()).post("/v1/meta/init", Json.object());
        return done(answer, "cluster " + text(answer.path("clusterId")) + " is made");
    }

    @Command(
            name = "recover",
            description =
                    "Rebuilds the metadata from what datanodes keep, on a master without a store; the other masters join it by themselves."
                            + " Stop all masters of before first. Partitions go on serving. May be asked again at any time.")
    int recover(
            @Option(
                            names = {"-f", "--node_list_file"},
                            paramLabel = "FILE",
                            description = "datanodes, a host:port (gRPC) a line; # and ; begin comments")
                    @Nullable
                    Path file,
            @Option(
                            names = {"-s", "--node_list_str"},
                            paramLabel = "LIST",
                            description = "datanodes, host:port,host:port")
                    @Nullable
                    String list,
            @Option(
                            names = {"-w", "--wait_seconds"},
                            defaultValue = "100",
                            paramLabel = "N",
                            description = "how long this tool waits; the master goes on (default: ${DEFAULT-VALUE})")
                    int waitSeconds,
            @Option(
                            names = {"-b", "--skip_bad_nodes"},
                            description =
                                    "go on without datanodes that can't be asked, and manifests that can't be read")
                    boolean skipBadNodes,
            @Option(
                            names = {"-l", "--skip_lost_partitions"},
                            description = "make partitions empty of which there is no replica")
                    boolean skipLostPartitions,
            @Option(names = "--keep-dropped", description = "dropped tables stay dropped; otherwise they serve again")
                    boolean keepDropped,
            @Option(names = "--dry-run", description = "collect and say what would be done; change nothing")
                    boolean dryRun,
            @Option(
                            names = {"--out"},
                            paramLabel = "FILE",
                            description = "write the result there")
                    @Nullable
                    Path output) {
        requirePositive(waitSeconds);
        var wish = new MetadataRecovery.Wish(
                nodes(file, list),
                waitSeconds,
                skipBadNodes,
                skipLostPartitions,
                keepDropped,
                dryRun,
                isJson(),
                output);
        return new MetadataRecovery(root().api(first()), session()).run(wish);
    }

    @Command(
            name = "move",
            description =
                    "Moves the metadata to a new group of masters by a recovery, step by step: takes down what stands, waits until all masters have"
                            + " stopped and a new one waits, recovers there, and checks that all is as before. Partitions go on serving."
                            + " Killed and run again, it goes on.")
    int move(
            @Parameters(paramLabel = "DIR", description = "where the lists of before are kept") Path directory,
            @Option(
                            names = "--to",
                            paramLabel = "HOST:PORT",
                            description = "HTTP address of the first new master (default: the first of --master)")
                    @Nullable
                    String to,
            @Option(
                            names = {"-w", "--wait_seconds"},
                            defaultValue = "600",
                            paramLabel = "N",
                            description = "how long each step is waited for (default: ${DEFAULT-VALUE})")
                    int waitSeconds,
            @Option(
                            names = {"-b", "--skip_bad_nodes"},
                            description = "though datanodes aren't alive")
                    boolean skipBadNodes,
            @Option(names = "--force", description = "though ops are open, which end with it") boolean force) {
        requirePositive(waitSeconds);
        var wish = new MetadataMove.Wish(
                directory, to == null ? first().getFirst() : newMaster(to), waitSeconds, skipBadNodes, force);
        JsonNode report = new MetadataMove(root(), wish).run();
        return show(
                report,
                () -> "moved from " + text(report.path("from")) + " to " + text(report.path("to")) + ": "
                        + report.path("datanodes").asInt() + " datanodes and "
                        + report.path("tables").asInt() + " tables are as before\n"
                        + "Take recover_from_replica_server back at " + wish.to()
                        + ", and start the other masters with empty data.dirs: they join it by themselves (`kintsugi cluster info`).\n");
    }

    private String newMaster(String to) {
        return Context.resolve(List.of(to), session()).getFirst();
    }

    @Command(
            name = "export",
            description =
                    "Writes the masters' metadata into a file, all of one committed index: tables, datanodes, disks, partitions, settings, ops,"
                            + " events. Holds up nothing. The file is read back before it gets its name.")
    int export(
            @Parameters(paramLabel = "FILE", description = "where to") Path file,
            @Option(names = "--force", description = "replace a file that is there") boolean force) {
        ExportedState export = MetadataExport.write(api(), file, force);
        return show(ExportText.json(file, export), () -> file + " is whole\n" + ExportText.text(export, session()));
    }

    @Command(
            name = "inspect",
            description = "Verifies a file that `meta export` wrote, and says what is in it. Asks no master.")
    int inspect(@Parameters(paramLabel = "FILE", description = "an export") Path file) {
        ExportedState export = MetadataExport.read(file);
        return show(ExportText.json(file, export), () -> file + " is whole\n" + ExportText.text(export, session()));
    }

    private static void requirePositive(int waitSeconds) {
        if (waitSeconds <= 0) {
            throw CliException.usage("BAD_WAIT", "--wait_seconds is " + waitSeconds + ": it must be above 0", null);
        }
    }

    private static NodeList nodes(@Nullable Path file, @Nullable String list) {
        if (file == null && list == null) {
            throw CliException.usage(
                    "BAD_NODE_LIST", "should specify one of node_list_file(-f) and node_list_str(-s)", null);
        }
        if (file != null && list != null) {
            throw CliException.usage(
                    "BAD_NODE_LIST", "should only specify one of node_list_file(-f) and node_list_str(-s)", null);
        }
        if (list != null) {
            return NodeList.ofText(list);
        }
        try {
            return NodeList.ofFile(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw CliException.usage("BAD_NODE_LIST", "can't read " + file + ": " + e.getMessage(), null);
        }
    }

    /** One master is asked, not any: a lost answer followed by a second try elsewhere must not look like a second cluster. */
    private List<String> first() {
        return root().masterAddresses().subList(0, 1);
    }
}
