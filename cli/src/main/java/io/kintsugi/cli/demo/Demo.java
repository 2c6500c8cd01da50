package io.kintsugi.cli.demo;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.HttpApi;
import io.kintsugi.cli.bench.Workload;
import io.kintsugi.cli.data.KeyValues;
import io.kintsugi.cli.data.RemoteKeyValues;
import io.kintsugi.cli.onebox.ConfigWriter;
import io.kintsugi.cli.onebox.Healthy;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.cli.onebox.Network;
import io.kintsugi.cli.output.Human;
import io.kintsugi.common.process.DataDir;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A whole cluster in this process, a table with data, and a prompt. Its files live in a temporary directory, removed when it ends. */
public final class Demo implements AutoCloseable {
    private static final String TABLE = "demo";
    private static final int PARTITIONS = 8;
    private static final int KEYS = 200;
    private static final long HEALTHY_MILLIS = 60_000;

    private final Session session;
    private final Path dir;
    private final Layout layout;
    private final LocalCluster cluster;
    private final Thread atExit = new Thread(this::remove, "demo-at-exit");
    private boolean removed;

    /** Makes directories and configuration; nothing runs yet. */
    public Demo(Session session, LocalCluster cluster) {
        this.session = session.withEnv("KINTSUGI_MASTERS", "");
        this.cluster = cluster;
        try {
            dir = Files.createTempDirectory("kintsugi-demo-").toRealPath();
            Runtime.getRuntime().addShutdownHook(atExit);
            System.setProperty("kintsugi.demo.log", dir.resolve("log").toString());
            LoggerFactory.getILoggerFactory(); // once, before many threads log
            layout = new Layout("demo", dir, Network.choose("demo", 3, 5), 3, 5, 3);
            ConfigWriter.write(layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts all, and returns when the cluster is healthy and the table holds data. */
    public void start() {
        long started = session.clock().nanos();
        cluster.start(layout.instances());
        var healthy = new Healthy(
                session,
                addresses -> new HttpApi(List.of(addresses.split(",")), 5000, session),
                () -> {},
                HEALTHY_MILLIS);
        healthy.ensureGroup(layout);
        healthy.awaitNodes(layout);
        healthy.ensureTable(layout, TABLE, PARTITIONS);
        try (KeyValues data = RemoteKeyValues.connect(layout.grpcAddresses(), HEALTHY_MILLIS)) {
            var workload = new Workload(1, 100);
            for (int i = 0; i < KEYS; i++) {
                data.put(TABLE, workload.key(i), workload.value(i));
            }
        }
        banner(TimeUnit.NANOSECONDS.toMillis(session.clock().nanos() - started));
    }

    /**
     * Runs lines until they end, or one says {@code exit}.
     *
     * @param script a file, each line of which is echoed; ends at the first that fails. Null: the prompt, which goes on
     * @param shell makes a parser of the usual commands for a session
     * @return the status of the first command that failed in the script, else 0
     */
    public int run(@Nullable Path script, Function<Session, CommandLine> shell) {
        Session inside = session.withEnv("KINTSUGI_MASTERS", String.join(",", layout.httpAddresses()));
        var extra = new DemoCommands(inside, layout, cluster);
        Function<List<String>, Integer> execute =
                words -> parser(inside, extra, shell).execute(words.toArray(String[]::new));
        if (script != null) {
            return runScript(script, execute);
        }
        try (Prompt prompt =
                Prompt.of(session.interactive(), parser(inside, extra, shell).getCommandSpec())) {
            for (String line = prompt.next(); line != null && !isExit(line); line = prompt.next()) {
                runLine(line, execute);
            }
        }
        return ExitCode.OK;
    }

    private int runScript(Path script, Function<List<String>, Integer> execute) {
        List<String> lines;
        try {
            lines = Files.readAllLines(script);
        } catch (IOException e) {
            throw CliException.usage("NO_SCRIPT", "can't read " + script + ": " + e.getMessage(), null);
        }
        for (String line : lines) {
            if (isExit(line)) {
                break;
            }
            if (!line.isBlank()) {
                session.out().println(Prompt.TEXT + line);
                int status = runLine(line, execute);
                if (status != ExitCode.OK) {
                    return status;
                }
            }
        }
        return ExitCode.OK;
    }

    private int runLine(String line, Function<List<String>, Integer> execute) {
        try {
            List<String> words = Words.split(line);
            if (!words.isEmpty() && words.get(0).equals("kintsugi")) {
                words = words.subList(1, words.size());
            }
            if (words.equals(List.of("help"))) {
                words = List.of("--help");
            }
            return words.isEmpty() ? ExitCode.OK : execute.apply(words);
        } catch (CliException e) {
            session.err().println(e.toDisplay());
            return e.exitCode();
        } finally {
            session.out().flush();
        }
    }

    private static CommandLine parser(Session inside, DemoCommands extra, Function<Session, CommandLine> shell) {
        CommandLine parser = shell.apply(inside);
        extra.addTo(parser);
        return parser;
    }

    private static boolean isExit(String line) {
        return line.strip().equals("exit") || line.strip().equals("quit");
    }

    private void banner(long millis) {
        var out = session.out();
        out.println("Kintsugi demo: 3 masters and 5 datanodes of 3 disks in this process, healthy after "
                + Human.duration(millis));
        out.println("  admin API   "
                + String.join(
                        "  ",
                        layout.httpAddresses().stream()
                                .map(address -> "http://" + address + "/v1/cluster")
                                .toList()));
        out.println("  metrics     http://" + layout.httpAddresses().get(0)
                + "/metrics, and on every datanode, such as http://"
                + layout.instance("d1").http() + "/metrics");
        out.println("  from another terminal:  bin/kintsugi --master " + String.join(",", layout.httpAddresses())
                + " cluster info");
        out.println("  table       " + TABLE + ", " + PARTITIONS + " partitions of 3 replicas, " + KEYS + " keys");
        out.println("  files       " + dir + ", log in it (removed at the end)");
        out.println(
                "Try: cluster info · disk ls · disk decommission d1:disk1 --watch · node decommission d2 --dry-run");
        out.println("     kill m1 · start m1 · kill d2 · fail-disk d3:disk1 · explain · cluster health · help · exit");
        out.flush();
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private synchronized void remove() {
        if (!removed) {
            removed = true;
            cluster.close();
            try {
                DataDir.deleteTree(dir);
            } catch (IOException e) {
                throw new UncheckedIOException("can't remove " + dir, e);
            }
        }
    }
}
