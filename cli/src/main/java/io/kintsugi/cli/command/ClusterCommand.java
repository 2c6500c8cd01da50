package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.AdviceText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.SeedTable;
import io.kintsugi.cli.output.Sheet;
import io.kintsugi.cli.output.Table;
import io.kintsugi.master.model.Setting;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi cluster}. */
@Command(name = "cluster", description = "The cluster as a whole: its masters, its health, its settings.")
final class ClusterCommand extends Noun {
    @Command(name = "info", description = "Who leads, which masters there are, and how the cluster is.")
    int info() {
        JsonNode cluster = api().get("/v1/cluster");
        return show(cluster, () -> describe(cluster));
    }

    @Command(
            name = "get",
            aliases = "settings",
            description = "Settings that can be changed while the cluster runs: all, or those named.")
    int get(@Parameters(arity = "0..*", paramLabel = "NAME", description = "Settings.") List<String> names) {
        JsonNode all = api().get("/v1/settings");
        return showSettings(names == null ? all : only(all, names));
    }

    @Command(name = "set", description = "Changes settings.")
    int set(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "Settings, as `cluster get` names them.")
                    Map<String, String> values) {
        ObjectNode body = Json.object();
        values.forEach((name, value) -> Values.put(body, name, value));
        JsonNode settings = api().patch("/v1/settings", body);
        return showSettings(isJson() ? settings : only(settings, List.copyOf(values.keySet())));
    }

    @Command(
            name = "confget",
            description =
                    "A setting under the name that it has elsewhere: auto_failover, whether partitions are kept in service by themselves.")
    int confget(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "NAME",
                            defaultValue = "auto_failover",
                            description =
                                    "Default: ${DEFAULT-VALUE}. Any setting of `cluster get`, underscores or not.")
                    String name) {
        JsonNode setting = only(api().get("/v1/settings"), List.of(name));
        return show(setting, () -> new SeedTable("key", "value")
                .row(name, text(setting.properties().iterator().next().getValue()))
                .render());
    }

    @Command(
            name = "confset",
            description =
                    "Sets it: `confset auto_failover false` leaves new primaries, returns and replacements to operators.")
    int confset(
            @Parameters(index = "0", paramLabel = "NAME", description = "As `confget` takes it.") String name,
            @Parameters(index = "1", paramLabel = "VALUE", description = "true or false, or what the setting takes.")
                    String value) {
        ObjectNode body = Json.object();
        Values.put(body, name, value);
        JsonNode settings = api().patch("/v1/settings", body);
        return done(only(settings, List.of(name)), "set " + name + " ok");
    }

    @Command(
            name = "health",
            description =
                    "What isn't as it should be, and what can be done; exit code 0 for ok, 8 for warning, 9 for critical.")
    int health() {
        JsonNode health = api().get("/v1/health");
        show(health, () -> AdviceText.health(health));
        return switch (health.path("status").asText()) {
            case "ok" -> ExitCode.OK;
            case "warning" -> ExitCode.WARNING;
            default -> ExitCode.CRITICAL;
        };
    }

    @Command(
            name = "release-brake",
            description =
                    "Automatic repairs and decommissions, stopped because too much had failed at once, go on: what failed is seen to.")
    int releaseBrake() {
        JsonNode brake = api().post("/v1/cluster/brake/release", Json.object());
        return show(brake, () -> "the brake is released: automatic work goes on\n");
    }

    @Command(
            name = "events",
            description = "What happened: ops, disks, datanodes, tables, elections, settings. Oldest first.")
    int events(
            @Option(
                            names = "--since",
                            paramLabel = "ID|TIME",
                            description =
                                    "After this event, or from this time on, as in 2026-01-31T12:00:00Z; else the latest.")
                    String since,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description = "Only op, disk, node, table, partition, setting or cluster.")
                    String kind,
            @Option(names = "--limit", defaultValue = "100", paramLabel = "N", description = "At most so many.")
                    int limit,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Goes on with what happens, until interrupted.")
                    boolean watch) {
        var feed = new EventFeed(root(), since, kind, limit);
        if (watch) {
            return feed.watch();
        }
        JsonNode events = feed.next();
        return show(events, () -> feed.lines(events));
    }

    /** In the help of {@code cluster set}: unit, default and range of every setting. Made when it is asked for. */
    static void describeSettings(CommandLine cluster) {
        UsageMessageSpec help =
                cluster.getSubcommands().get("set").getCommandSpec().usageMessage();
        help.width(160);
        help.sectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, usage -> "\n" + settings());
    }

    private static String settings() {
        var table = new Table("SETTING", ">DEFAULT", "RANGE", "MEANING");
        for (Setting setting : Setting.values()) {
            table.row(setting.key(), setting.text(setting.defaultValue()), setting.range(), setting.meaning());
        }
        return table.render();
    }

    private int showSettings(JsonNode settings) {
        return show(settings, () -> {
            var table = new Table("SETTING", "VALUE");
            settings.properties().forEach(setting -> table.row(setting.getKey(), text(setting.getValue())));
            return table.render();
        });
    }

    /** As the cluster spells them; the case of {@code names} doesn't matter, as it doesn't to the cluster. */
    private static JsonNode only(JsonNode settings, List<String> names) {
        ObjectNode some = Json.object();
        for (String name : names) {
            String known = Setting.byKey(name).map(Setting::key).orElse(name);
            settings.properties().stream()
                    .filter(setting -> setting.getKey().equalsIgnoreCase(known))
                    .findFirst()
                    .ifPresentOrElse(setting -> some.set(setting.getKey(), setting.getValue()), () -> {
                        throw new CliException(
                                ExitCode.NOT_FOUND,
                                "NO_SUCH_SETTING",
                                "there is no setting '" + name + "'",
                                "`kintsugi cluster get` shows all of them.");
                    });
        }
        return some;
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
        return new Sheet()
                        .line("cluster", text(cluster.path("clusterId")) + ", " + text(cluster.path("state")))
                        .line("failure", text(cluster.path("failure")))
                        .line(
                                "leader",
                                text(cluster.path("leader")) + " (generation " + text(cluster.path("generation"))
                                        + ", term " + text(cluster.path("term")) + ")")
                        .line(
                                "datanodes",
                                text(cluster.path("datanodesAlive")) + " of " + text(cluster.path("datanodes"))
                                        + " alive")
                        .line("tables", text(cluster.path("tables")))
                        .line(
                                "partitions",
                                text(cluster.path("partitions")) + ", " + text(cluster.path("partitionsWithoutPrimary"))
                                        + " without primary, " + text(cluster.path("partitionsUnderReplicated"))
                                        + " under-replicated")
                        .line("ops", text(cluster.path("opsRunning")) + " running")
                        .line(
                                "digests",
                                cluster.path("digestOk").asBoolean(true)
                                        ? "equal"
                                        : "DIFFERENT: the masters' states have diverged")
                        .render()
                + "\n" + masters.render();
    }
}
