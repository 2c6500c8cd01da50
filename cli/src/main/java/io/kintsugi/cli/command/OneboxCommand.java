package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.HttpApi;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.cli.onebox.Onebox;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi onebox}. */
@Command(name = "onebox", description = "A cluster of real processes on this machine.")
final class OneboxCommand extends Noun {
    static final String DEFAULT_NAME = "onebox";
    private static final String NAME = "The onebox's name (default onebox).";
    private static final String INSTANCE = "Instances, such as m1 or d3.";

    @Command(
            name = "start",
            description =
                    "Makes a onebox and starts it, or starts an existing one or some of its instances again. Returns when it is healthy.")
    int start(
            @Parameters(arity = "0..*", paramLabel = "I", description = INSTANCE + " None: all.") List<String> names,
            @Option(
                            names = {"-m", "--masters"},
                            paramLabel = "N",
                            description = "1, 3 or 5 (default 3).")
                    Integer masters,
            @Option(
                            names = {"-r", "--datanodes"},
                            paramLabel = "N",
                            description = "Default 5.")
                    Integer datanodes,
            @Option(names = "--disks", paramLabel = "N", description = "Of each datanode (default 3).") Integer disks,
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            description = "Where its files go (default KINTSUGI_HOME/onebox/NAME).")
                    Path dir,
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME) String name,
            @Option(names = "--failpoints", description = "Lets failpoints be armed over HTTP, for tests.")
                    boolean failpoints,
            @Option(
                            names = {"-w", "--wait"},
                            description = "Accepted: starting always waits until the cluster is healthy.")
                    boolean wait) {
        var starter =
                new OneboxStarter(session(), addresses -> new HttpApi(List.of(addresses.split(",")), 5000, session()));
        if (names != null && !names.isEmpty()) {
            Onebox onebox = Onebox.open(session(), name);
            return starter.startSome(onebox, instances(onebox, names));
        }
        return starter.startAll(new OneboxStarter.Wish(name, dir, masters, datanodes, disks, "temp", 8, failpoints));
    }

    @Command(name = "list", aliases = "ls", description = "Instances: state, pid, address.")
    int list(@Option(names = "--name", paramLabel = "NAME", description = "Only this onebox.") String name) {
        List<Onebox> shown = name == null ? Onebox.all(session()) : List.of(Onebox.open(session(), name));
        ArrayNode json = Json.array();
        var table = new Table("ONEBOX", "NAME", "ROLE", "STATE", ">PID", "HTTP", "DIR");
        for (Onebox onebox : shown) {
            for (Layout.Instance instance : onebox.layout().instances()) {
                String role = instance.master() ? "master" : "datanode";
                String state = onebox.state(instance);
                String pid = onebox.pid(instance);
                table.row(onebox.layout().name(), instance.name(), role, state, pid, instance.http(), instance.dir());
                var row = json.addObject()
                        .put("onebox", onebox.layout().name())
                        .put("name", instance.name())
                        .put("role", role)
                        .put("state", state);
                row.put("address", instance.host())
                        .put("http", instance.http())
                        .put("dir", instance.dir().toString())
                        .put("log", instance.log().toString());
                if (!pid.equals("-")) {
                    row.put("pid", Long.parseLong(pid));
                }
            }
        }
        return show(json, table::render);
    }

    @Command(name = "kill", description = "Ends instances as a crash would (SIGKILL).")
    int kill(
            @Parameters(arity = "1..*", paramLabel = "I", description = INSTANCE) List<String> names,
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME)
                    String name) {
        return each(name, names, "killed", Onebox::kill);
    }

    @Command(
            name = "stop",
            description = "Ends instances in order (SIGTERM), all when none is named; their data stays.")
    int stop(
            @Parameters(arity = "0..*", paramLabel = "I", description = INSTANCE) List<String> names,
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME)
                    String name) {
        return each(name, names, "stopped", Onebox::stop);
    }

    @Command(name = "pause", description = "Holds instances still (SIGSTOP).")
    int pause(
            @Parameters(arity = "1..*", paramLabel = "I", description = INSTANCE) List<String> names,
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME)
                    String name) {
        return each(name, names, "paused", Onebox::pause);
    }

    @Command(name = "resume", description = "Lets paused instances go on (SIGCONT).")
    int resume(
            @Parameters(arity = "0..*", paramLabel = "I", description = INSTANCE) List<String> names,
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME)
                    String name) {
        return each(name, names, "running", Onebox::resume);
    }

    @Command(name = "clear", description = "Ends everything and removes the onebox with its data.")
    int clear(
            @Option(names = "--name", paramLabel = "NAME", description = NAME, defaultValue = DEFAULT_NAME)
                    String name) {
        if (!Onebox.exists(session(), name)) {
            return done(Json.object().put("cleared", false), "there is no onebox '" + name + "': nothing to clear");
        }
        Onebox.open(session(), name).clear();
        return done(Json.object().put("cleared", true), "onebox " + name + " is removed");
    }

    private int each(String onebox, List<String> names, String done, BiConsumer<Onebox, List<Layout.Instance>> action) {
        Onebox box = Onebox.open(session(), onebox);
        List<Layout.Instance> instances =
                names == null || names.isEmpty() ? box.layout().instances() : instances(box, names);
        if (names != null && !names.isEmpty() && !done.equals("stopped")) {
            instances.stream()
                    .filter(instance -> box.pid(instance).equals("-"))
                    .findFirst()
                    .ifPresent(instance -> {
                        throw new CliException(
                                ExitCode.FAILED,
                                "NOT_RUNNING",
                                instance.name() + " doesn't run",
                                "Start it with: kintsugi onebox start " + instance.name());
                    });
        }
        action.accept(box, instances);
        return done(
                Json.object().put("done", done),
                String.join(" ", instances.stream().map(Layout.Instance::name).toList()) + ": " + done);
    }

    private static List<Layout.Instance> instances(Onebox onebox, List<String> names) {
        return names.stream().map(onebox.layout()::instance).toList();
    }
}
