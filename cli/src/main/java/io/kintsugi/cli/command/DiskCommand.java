package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Table;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi disk}. */
@Command(name = "disk", description = "Disks: one mount path of a datanode each.")
final class DiskCommand extends Noun {
    private static final String TARGET = "NODE:PATH";
    private static final String TARGET_HELP =
            "The disk, as `disk ls` shows it; the end of its path, such as d1:disk2, will do. NODE and PATH may also be two words.";

    /** A disk as the API names it. */
    private record Target(String node, String path) {
        static Target of(List<String> words) {
            int colon = words.get(0).indexOf(':');
            var target = words.size() > 1
                    ? new Target(words.get(0), words.get(1))
                    : new Target(
                            words.get(0).substring(0, Math.max(colon, 0)),
                            words.get(0).substring(colon + 1));
            if (target.node.isEmpty() || target.path.isEmpty()) {
                throw CliException.usage(
                        "BAD_DISK",
                        "'" + String.join(" ", words) + "' isn't a disk",
                        "Write node:/path or node /path, as `kintsugi disk ls` shows them, or the path's end: node:disk1");
            }
            return target;
        }

        /** With the whole path: the one disk of the node whose path ends like this, if it doesn't begin with a slash. */
        Target whole(Supplier<JsonNode> disks) {
            if (path.startsWith("/")) {
                return this;
            }
            JsonNode found = Json.filter(
                    disks.get(),
                    disk -> disk.path("node").asText().equals(node)
                            && disk.path("path").asText().endsWith("/" + path));
            if (found.size() != 1) {
                throw new CliException(
                        ExitCode.NOT_FOUND,
                        "NO_SUCH_DISK",
                        node + " has " + (found.isEmpty() ? "no disk" : found.size() + " disks")
                                + " whose path ends in '/" + path + "'",
                        "`kintsugi disk ls` shows all disks.");
            }
            return new Target(node, found.path(0).path("path").asText());
        }

        JsonNode body() {
            return Json.object().put("node", node).put("path", path);
        }

        @Override
        public String toString() {
            return node + ":" + path;
        }
    }

    private Target target(List<String> words) {
        return Target.of(words).whole(() -> api().get("/v1/disks"));
    }

    @Command(name = "ls", description = "All disks.")
    int list(@Option(names = "--node", paramLabel = "NODE", description = "Only those of this datanode.") String node) {
        JsonNode disks = api().get("/v1/disks");
        JsonNode shown = node == null
                ? disks
                : Json.filter(disks, disk -> disk.path("node").asText().equals(node));
        return show(shown, () -> {
            var table = new Table("NODE", "PATH", "STATUS", ">REPLICAS", ">USED", ">TOTAL", ">OP", "ERROR");
            for (JsonNode disk : shown) {
                table.row(
                        text(disk.path("node")),
                        text(disk.path("path")),
                        text(disk.path("status")),
                        text(disk.path("replicas")),
                        size(disk.path("usedBytes")),
                        size(disk.path("totalBytes")),
                        text(disk.path("op")),
                        text(disk.path("error")));
            }
            return table.render();
        });
    }

    @Command(name = "info", description = "One disk.")
    int info(@Parameters(arity = "1..2", paramLabel = TARGET, description = TARGET_HELP) List<String> words) {
        Target target = target(words);
        JsonNode disk = Json.filter(
                        api().get("/v1/disks"),
                        each -> each.path("node").asText().equals(target.node)
                                && each.path("path").asText().equals(target.path))
                .path(0);
        if (disk.isMissingNode()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_SUCH_DISK",
                    "there is no disk " + target,
                    "`kintsugi disk ls` shows all disks.");
        }
        return show(disk, () -> {
            var table = new Table("PROPERTY", "VALUE");
            disk.properties()
                    .forEach(field -> table.row(
                            field.getKey(),
                            field.getKey().endsWith("Bytes") ? size(field.getValue()) : text(field.getValue())));
            return table.render();
        });
    }

    @Command(
            name = "decommission",
            description = "Moves everything away from a disk, never lowering redundancy. Prints the op that does it.")
    int decommission(
            @Parameters(arity = "1..2", paramLabel = TARGET, description = TARGET_HELP) List<String> words,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Shows the progress until it ends.")
                    boolean watch) {
        Target target = target(words);
        JsonNode op = api().post("/v1/disks/decommission", target.body());
        String id = op.path("id").asText();
        if (watch) {
            session().err().println("op " + id + " drains " + target);
            return new OpWatch(root()).watch(id);
        }
        return done(op, "op " + id + " drains " + target + "; follow it with: kintsugi op watch " + id);
    }

    @Command(name = "recommission", description = "Lets a drained disk take replicas again.")
    int recommission(@Parameters(arity = "1..2", paramLabel = TARGET, description = TARGET_HELP) List<String> words) {
        Target target = target(words);
        JsonNode disk = api().post("/v1/disks/recommission", target.body());
        return done(disk, target + " is " + text(disk.path("status")));
    }
}
