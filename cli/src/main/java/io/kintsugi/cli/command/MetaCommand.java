package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.seed.NodeList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
        if (waitSeconds <= 0) {
            throw CliException.usage("BAD_WAIT", "--wait_seconds is " + waitSeconds + ": it must be above 0", null);
        }
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
