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
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi onebox}. */
@Command(name = "onebox", description = "A cluster of real processes on this machine.")
final class OneboxCommand extends Noun {
    static final String DEFAULT_NAME = "onebox";

    /** Which onebox. */
    static final class Name {
        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "The onebox's name (default onebox).",
                defaultValue = DEFAULT_NAME)
        String name;
    }

    /** Which instances of which onebox. */
    static final class Which {
        @Parameters(arity = "0..*", paramLabel = "I", description = "Instances, such as m1 or d3.")
        List<String> names = List.of();

        @Mixin
        Name box;
    }

    private record Chosen(Onebox box, List<Layout.Instance> instances) {
        List<String> names() {
            return instances.stream().map(Layout.Instance::name).toList();
        }
    }

    @Command(
            name = "start",
            description =
                    "Makes a onebox and starts it, or starts an existing one or some of its instances again. Returns when it is healthy.")
    int start(
            @Mixin Which which,
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
            @Option(names = "--failpoints", description = "Lets failpoints be armed over HTTP, for tests.")
                    boolean failpoints,
            @Option(
                            names = "--guard",
                            description =
                                    "Gives each process of a new onebox a guard (kintsugi-guard), which starts it again when it ends.")
                    boolean guard,
            @Option(
                            names = "--datanode-config",
                            paramLabel = "KEY=VALUE",
                            description = "A key of datanode.yaml for all datanodes of a new onebox (repeatable).")
                    Map<String, String> datanodeConfig,
            @Option(
                            names = {"-w", "--wait"},
                            description = "Accepted: starting always waits until the cluster is healthy.")
                    boolean wait) {
        var starter =
                new OneboxStarter(session(), addresses -> new HttpApi(List.of(addresses.split(",")), 5000, session()));
        if (!which.names.isEmpty()) {
            Chosen chosen = namedOrAll(which);
            return starter.startSome(chosen.box, chosen.instances);
        }
        return starter.startAll(new OneboxStarter.Wish(
                which.box.name,
                dir,
                masters,
                datanodes,
                disks,
                "temp",
                8,
                new Layout.Launch(failpoints, guard),
                datanodeConfig == null ? Map.of() : datanodeConfig));
    }

    @Command(name = "add", description = "Adds datanodes and starts them; they join the cluster by themselves.")
    int add(
            @Parameters(arity = "0..1", paramLabel = "N", description = "How many (default 1).", defaultValue = "1")
                    int more,
            @Mixin Name box) {
        if (more < 1) {
            throw CliException.usage("BAD_ONEBOX", "can't add " + more + " datanodes", "Give a number from 1 on.");
        }
        Onebox onebox = Onebox.open(session(), box.name).withMoreDatanodes(more);
        List<Layout.Instance> all = onebox.layout().instances();
        List<Layout.Instance> added = all.subList(all.size() - more, all.size());
        onebox.start(added);
        return done(
                Json.object().put("done", "added"),
                String.join(" ", added.stream().map(Layout.Instance::name).toList()) + ": added");
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
    int kill(@Mixin Which which) {
        return each(running(named(which)), "killed", Onebox::kill);
    }

    @Command(
            name = "stop",
            description = "Ends instances in order (SIGTERM), all when none is named; their data stays.")
    int stop(@Mixin Which which) {
        return each(namedOrAll(which), "stopped", Onebox::stop);
    }

    @Command(name = "pause", description = "Holds instances still (SIGSTOP).")
    int pause(@Mixin Which which) {
        return each(running(named(which)), "paused", Onebox::pause);
    }

    @Command(name = "resume", description = "Lets paused instances go on (SIGCONT), all when none is named.")
    int resume(@Mixin Which which) {
        Chosen chosen = namedOrAll(which);
        return each(which.names.isEmpty() ? chosen : running(chosen), "running", Onebox::resume);
    }

    @Command(name = "clear", description = "Ends everything and removes the onebox with its data.")
    int clear(@Mixin Name box) {
        String name = box.name;
        if (!Onebox.exists(session(), name)) {
            return done(Json.object().put("cleared", false), "there is no onebox '" + name + "': nothing to clear");
        }
        Onebox.open(session(), name).clear();
        return done(Json.object().put("cleared", true), "onebox " + name + " is removed");
    }

    private Chosen namedOrAll(Which which) {
        Onebox box = Onebox.open(session(), which.box.name);
        return new Chosen(
                box,
                which.names.isEmpty()
                        ? box.layout().instances()
                        : which.names.stream().map(box.layout()::instance).toList());
    }

    private Chosen named(Which which) {
        Chosen chosen = namedOrAll(which);
        if (which.names.isEmpty()) {
            throw CliException.usage(
                    "NO_INSTANCE", "no instance is named", "One or more of: " + String.join(" ", chosen.names()));
        }
        return chosen;
    }

    private static Chosen running(Chosen chosen) {
        for (Layout.Instance instance : chosen.instances) {
            if (chosen.box.pid(instance).equals("-")) {
                throw new CliException(
                        ExitCode.FAILED,
                        "NOT_RUNNING",
                        instance.name() + " doesn't run",
                        "Start it with: kintsugi onebox start " + instance.name());
            }
        }
        return chosen;
    }

    private int each(Chosen chosen, String done, BiConsumer<Onebox, List<Layout.Instance>> action) {
        action.accept(chosen.box, chosen.instances);
        return done(Json.object().put("done", done), String.join(" ", chosen.names()) + ": " + done);
    }
}
