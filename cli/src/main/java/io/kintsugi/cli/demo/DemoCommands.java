package io.kintsugi.cli.demo;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.cli.output.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What can be done at the demo's prompt besides the usual commands. */
final class DemoCommands {
    private final Session session;
    private final Layout layout;
    private final LocalCluster cluster;

    DemoCommands(Session session, Layout layout, LocalCluster cluster) {
        this.session = session;
        this.layout = layout;
        this.cluster = cluster;
    }

    void addTo(CommandLine root) {
        root.addSubcommand(new Kill())
                .addSubcommand(new Start())
                .addSubcommand(new FailDisk())
                .addSubcommand(new Instances());
    }

    @Command(name = "kill", description = "Ends masters or datanodes as a crash would.")
    final class Kill implements Runnable {
        @Parameters(arity = "1..*", paramLabel = "I", description = "Instances, such as m1 or d3.")
        List<String> names;

        @Override
        public void run() {
            for (Layout.Instance instance : find(names, true)) {
                cluster.kill(instance);
                session.out().println(instance.name() + ": killed");
            }
        }
    }

    @Command(name = "start", description = "Starts masters or datanodes again.")
    final class Start implements Runnable {
        @Parameters(arity = "1..*", paramLabel = "I", description = "Instances, such as m1 or d3.")
        List<String> names;

        @Override
        public void run() {
            for (Layout.Instance instance : find(names, false)) {
                cluster.start(instance);
                session.out().println(instance.name() + ": started");
            }
        }
    }

    @Command(name = "fail-disk", description = "Takes a disk away from its datanode, with everything on it.")
    final class FailDisk implements Runnable {
        @Parameters(
                arity = "1",
                paramLabel = "NODE:PATH",
                description = "The disk, as `disk ls` shows it, or d1:disk2.")
        String disk;

        @Override
        public void run() {
            int colon = disk.indexOf(':');
            if (colon < 1) {
                throw CliException.usage(
                        "BAD_DISK",
                        "'" + disk + "' isn't a disk",
                        "Write node:/path, as `disk ls` shows it, or node:disk1.");
            }
            Layout.Instance datanode = layout.instance(disk.substring(0, colon));
            Path path = datanode.dir().resolve(disk.substring(colon + 1)).normalize();
            if (datanode.master()
                    || !datanode.dir().equals(path.getParent())
                    || !path.getFileName().toString().startsWith("disk")) {
                throw CliException.usage("BAD_DISK", disk + " isn't a disk of this demo", "`disk ls` shows them.");
            }
            if (!Files.isDirectory(path)) {
                throw new CliException(ExitCode.NOT_FOUND, "NO_SUCH_DISK", "there is no disk at " + path, null);
            }
            cluster.failDisk(datanode, path);
            session.out().println(disk + ": gone");
        }
    }

    @Command(name = "instances", description = "What runs.")
    final class Instances implements Runnable {
        @Override
        public void run() {
            var table = new Table("NAME", "STATE", "HTTP");
            layout.instances()
                    .forEach(each ->
                            table.row(each.name(), cluster.isRunning(each) ? "running" : "stopped", each.http()));
            session.out().print(table.render());
        }
    }

    private List<Layout.Instance> find(List<String> names, boolean running) {
        List<Layout.Instance> found = names.stream().map(layout::instance).toList();
        for (Layout.Instance instance : found) {
            if (cluster.isRunning(instance) != running) {
                throw new CliException(
                        ExitCode.FAILED,
                        running ? "NOT_RUNNING" : "ALREADY_RUNNING",
                        instance.name() + (running ? " doesn't run" : " runs already"),
                        null);
            }
        }
        return found;
    }
}
