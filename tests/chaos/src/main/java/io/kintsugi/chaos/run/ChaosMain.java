package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Netns;
import io.kintsugi.chaos.history.History;
import io.kintsugi.common.process.DataDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/kintsugi-chaos}. Exit code 0: no law was seen broken; 1: one was; 2: wrong usage. */
@Command(
        name = "kintsugi-chaos",
        mixinStandardHelpOptions = true,
        description =
                "Draws faults and operators' commands at random against a cluster of real processes, and checks the laws.")
public final class ChaosMain implements Callable<Integer> {
    private static final String NAME = "chaos";
    private static final String TABLE = "chaos";
    private static final int REPLICAS = 3;
    private static final int TOKENS = 3;
    private static final Duration HEALED = Duration.ofMinutes(4);

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "How long faults go on (default 2).",
            defaultValue = "2")
    private double minutes;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "What is drawn follows from it (default: another each time).")
    private Long seed;

    @Option(names = "--datanodes", paramLabel = "N", description = "Default 5.", defaultValue = "5")
    private int datanodes;

    @Option(names = "--disks", paramLabel = "N", description = "Of each datanode (default 2).", defaultValue = "2")
    private int disks;

    @Option(names = "--partitions", paramLabel = "N", description = "Default 8.", defaultValue = "8")
    private int partitions;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the cluster's files go (default: a new one in the system's).")
    private Path dir;

    @Option(
            names = "--keep",
            description = "Leaves the files, also after a good run; after a bad one they stay anyhow.")
    private boolean keep;

    private final List<String> verdict = new ArrayList<>();

    private ChaosMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new ChaosMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        long from = seed == null ? new Random().nextInt(1 << 30) : seed;
        Path home = dir == null ? Files.createTempDirectory("kintsugi-chaos") : Files.createDirectories(dir);
        System.out.printf("seed %d, %s minutes, files in %s%n", from, minutes, home);
        Optional<FaultShim> shim = FaultShim.unavailable().isPresent()
                ? Optional.empty()
                : Optional.of(FaultShim.build(ProcessCluster.repository(), home.resolve("faults")));
        Map<String, String> environment = shim.map(FaultShim::environment).orElse(Map.of());
        System.setProperty("kintsugi.chaos.keep", "true"); // what to do with the files is decided at the end
        ProcessCluster cluster = ProcessCluster.start(home, NAME, 3, datanodes, disks, environment, Map.of());
        try (cluster) {
            run(cluster, from, shim);
        } catch (RuntimeException e) {
            verdict.add("the run itself failed: " + e);
            for (StackTraceElement at : e.getStackTrace()) {
                System.out.println("    at " + at);
            }
        }
        verdict.forEach(line -> System.out.println("BROKEN " + line));
        String again = String.format(
                "bin/kintsugi-chaos --minutes %s --seed %d --datanodes %d --disks %d --partitions %d",
                minutes, from, datanodes, disks, partitions);
        System.out.println(verdict.isEmpty() ? "VERDICT: no law broken" : "VERDICT: " + verdict.size() + " broken");
        System.out.println("again: " + again);
        if (verdict.isEmpty() && !keep) {
            System.setProperty("kintsugi.chaos.keep", "false");
            cluster.close();
            DataDir.deleteTree(home);
        } else {
            System.out.println("files: " + home);
        }
        return verdict.isEmpty() ? 0 : 1;
    }

    private void run(ProcessCluster cluster, long from, Optional<FaultShim> shim) {
        Arena arena = new Arena(cluster, disks, new Random(from), shim);
        // processes share few cores: one that merely got none for a second isn't dead
        arena.admin.patch("/v1/settings", Map.of("NodeDeadTimeoutMs", "3000", "DecommissionDpLimit", "" + TOKENS));
        arena.admin.post("/v1/tables", Map.of("name", TABLE, "partitions", partitions, "replicas", REPLICAS));
        await("the table", arena::allInSync);
        History history = new History();
        try (Laws laws = new Laws(cluster.admin(Arena.ANSWER), TABLE, REPLICAS, TOKENS);
                Clients clients = new Clients(cluster.client(), TABLE, history, from)) {
            Storm storm = new Storm(arena);
            storm.rage(Duration.ofMillis((long) (minutes * 60_000)));
            long calm = System.nanoTime();
            heal(arena, laws, storm);
            System.out.printf("healed after %d ms%n", (System.nanoTime() - calm) / 1_000_000);
            clients.stop();
            clients.readAll()
                    .forEach(key -> laws.note("what can be healthy becomes so", "key " + key + " can't be read"));
            report(storm, laws, clients, history);
            arena.endedByThemselves().forEach(i -> laws.note("a broken disk ends no process", i + " ended by itself"));
            verdict.addAll(laws.broken());
        }
        history.check().forEach(why -> verdict.add("reads are linearizable, no write is lost or done twice: " + why));
    }

    /** Everything runs, nothing is broken any more: now all that can be healthy has to become so. */
    private void heal(Arena arena, Laws laws, Storm storm) {
        storm.endVerbs();
        boolean healed = await("all partitions to be in-sync", arena::allInSync)
                && await(
                        "all masters",
                        () -> arena.mastersAlive() == arena.cluster.masters().size())
                && await(
                        "all datanodes",
                        () -> arena.admin
                                        .get("/v1/cluster")
                                        .path("datanodesAlive")
                                        .asInt()
                                == datanodes)
                && await("open ops to end, or to say what they wait for", () -> unexplained(arena)
                        .isEmpty())
                && await("all partitions to stay in-sync", arena::allInSync);
        if (!healed) {
            laws.note(
                    "when faults stop, what can be healthy becomes so",
                    arena.admin.get("/v1/cluster") + " " + unexplained(arena));
        }
        if (!arena.admin.get("/v1/cluster").path("digestOk").asBoolean()) {
            laws.note("masters' state is equal at equal index", "" + arena.admin.get("/v1/cluster"));
        }
    }

    /** Open ops that neither are at work nor name why they aren't. A move that runs is at work: it has to end. */
    private static List<JsonNode> unexplained(Arena arena) {
        List<JsonNode> open = new ArrayList<>();
        for (JsonNode op : arena.admin.get("/v1/ops")) {
            String status = op.path("status").asText();
            boolean ended = !op.path("endedAt").asText("").isEmpty();
            boolean waits = !status.equals("Running") && !status.equals("Prepare")
                    || op.path("kind").asText().endsWith("Decommission");
            if (!ended
                    && !status.equals("Paused")
                    && (!waits || op.path("reason").asText("").isEmpty())) {
                open.add(op);
            }
        }
        return open;
    }

    private static void report(Storm storm, Laws laws, Clients clients, History history) {
        storm.counts().forEach((kind, count) -> System.out.printf("  %5d  %s%n", count, kind));
        storm.skipped().forEach((what, count) -> System.out.printf("  skipped: %s (%d)%n", what, count));
        Netns.unavailable().ifPresent(why -> System.out.println("  no cuts: " + why));
        System.out.printf(
                "%d operations on %d keys, %d unknown, %d refused, slowest %d ms; %d looks at the laws, at most %d moves at once%n",
                history.operations(),
                history.keys().size(),
                history.unknown(),
                clients.table().refused(),
                clients.table().slowestMillis(),
                laws.looks(),
                laws.mostTokens());
    }

    private static boolean await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + HEALED.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                if (condition.getAsBoolean()) {
                    return true;
                }
            } catch (RuntimeException e) {
                LockSupport.parkNanos(1); // no master serves at the moment
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        System.out.println("waited in vain for " + what);
        return false;
    }
}
