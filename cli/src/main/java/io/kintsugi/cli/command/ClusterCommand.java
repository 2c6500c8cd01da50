package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.AdviceText;
import io.kintsugi.cli.output.BalanceText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.RescueText;
import io.kintsugi.cli.output.SeedTable;
import io.kintsugi.cli.output.SettingText;
import io.kintsugi.cli.output.Sheet;
import io.kintsugi.cli.output.Table;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.transport.SettingNames;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi cluster}. */
@Command(name = "cluster", description = "The cluster as a whole: its masters, its health, its settings.")
final class ClusterCommand extends Draining {
    /** How long replicas are counted for at the end. */
    private static final long VERIFY_SECONDS = 60;

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
            name = "recover-data",
            description = {
                "After a disaster: brings every partition back that can be, with the best replica that is left of each. Shows what it would do",
                "and what may be lost, asks, does it, and compares all replicas at the end. Killed in the middle, run it again.",
                "Exit code 0 when all is well, 9 when a partition has no primary, 8 when replicas differ, 7 when what is left waits for you (the op",
                "stays open), 1 when it didn't come to its end."
            })
    int recoverData(
            @Option(
                            names = "--dry-run",
                            description =
                                    "Shows the plan and changes nothing; exit code 7 if something may be lost, or waits.")
                    boolean dryRun,
            @Option(names = "--yes", description = "Doesn't ask, and does what loses nothing.") boolean yes,
            @Option(
                            names = "--force-choice",
                            description =
                                    "With --yes: goes on with replicas that aren't in-sync too, where the plan says that nobody else is there.")
                    boolean forceChoice,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            defaultValue = "0",
                            description =
                                    "So long it waits, before it goes on with one that isn't in-sync, for better ones, as 30s or 10m (default: not"
                                            + " at all).")
                    String wait,
            @Option(names = "--detach", description = "Begins it and doesn't wait for its end.") boolean detach) {
        long waitMillis = PartitionCommand.millis(wait);
        var recovery = new DataRecovery(root());
        JsonNode plan = recovery.plan();
        boolean loses = plan.path("counts").path("chooses").asInt() > 0;
        if (dryRun) {
            show(plan, () -> RescueText.plan(plan));
            return loses || plan.path("counts").path("waits").asInt() > 0 ? ExitCode.NO : ExitCode.OK;
        }
        session().err().print(RescueText.plan(plan));
        if (!DataRecovery.needed(plan)) {
            return recovery.verify(VERIFY_SECONDS);
        }
        confirm(yes, loses ? "Recover data, though writes may be lost as said above?" : "Recover data?");
        JsonNode op = recovery.begin(plan, loses && (forceChoice || !yes), waitMillis);
        return detach ? follow(op, false, "recovers data", "Success") : recovery.follow(op, VERIFY_SECONDS);
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
            name = "balance",
            description =
                    "Evens primaries and replicas out over datanodes and disks. Without ACTION: how even they are, and what it waits for.")
    int balance(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "ACTION",
                            description =
                                    "on: by itself from now on. off: no more (what is under way ends). now: once, until nothing is left.")
                    String action,
            @Option(names = "--dry-run", description = "Shows each step with its reason, and changes nothing.")
                    boolean dryRun,
            @Option(
                            names = {"-w", "--watch"},
                            description = "With now: shows the progress until it ends.")
                    boolean watch) {
        if (dryRun) {
            JsonNode plan = api().get("/v1/cluster/balance/plan");
            return show(plan, () -> BalanceText.plan(plan));
        }
        if (action == null) {
            JsonNode state = api().get("/v1/cluster/balance");
            return show(state, () -> BalanceText.state(state));
        }
        JsonNode answer = api().post("/v1/cluster/balance", Json.object().put("action", action));
        if (!action.equals("now")) {
            return show(answer, () -> BalanceText.state(answer));
        }
        String id = answer.path("id").asText();
        return watch
                ? new OpWatch(root()).watch(id, "Success")
                : done(answer, "op " + id + " evens out; follow it with: kintsugi op watch " + id);
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
            String value = setting.text(setting.defaultValue());
            table.row(setting.key(), SettingText.value(setting.key(), value), setting.range(), setting.meaning());
        }
        return table.render();
    }

    private int showSettings(JsonNode settings) {
        return show(settings, () -> {
            var table = new Table("SETTING", "VALUE");
            settings.properties()
                    .forEach(setting ->
                            table.row(setting.getKey(), SettingText.value(setting.getKey(), text(setting.getValue()))));
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
                        throw new CliException(ExitCode.NOT_FOUND, "NO_SUCH_SETTING", SettingNames.unknown(name), null);
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
