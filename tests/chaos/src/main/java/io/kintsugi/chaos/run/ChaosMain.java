package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Netns;
import io.kintsugi.common.process.DataDir;
import io.kintsugi.sim.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    @Option(names = "--partitions", paramLabel = "N", description = "Of each table (default 5).", defaultValue = "5")
    private int partitions;

    @Option(
            names = "--replicas",
            paramLabel = "N,...",
            split = ",",
            description = "A table for each of these numbers of replicas (default 3,2,1).",
            defaultValue = "3,2,1")
    private List<Integer> replicas;

    @Option(
            names = "--operators",
            paramLabel = "N",
            description = "Who ask at the same time (default 4).",
            defaultValue = "4")
    private int operators;

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
                "bin/kintsugi-chaos --minutes %s --seed %d --datanodes %d --disks %d --partitions %d --replicas %s --operators %d",
                minutes,
                from,
                datanodes,
                disks,
                partitions,
                String.join(",", replicas.stream().map(String::valueOf).toList()),
                operators);
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
        Map<String, Integer> tables = new TreeMap<>();
        replicas.forEach(n -> tables.put(NAME + n, n));
        Set<String> single = new TreeSet<>(tables.keySet());
        single.removeIf(table -> tables.get(table) > 1);
        Arena arena = new Arena(cluster, disks, single, new Random(from), shim);
        // processes share few cores: one that merely got none for a second isn't dead
        arena.admin.patch(
                "/v1/settings",
                Map.of(
                        "NodeDeadTimeoutMs", "3000",
                        "DecommissionDpLimit", "" + Verb.MOST_TOKENS,
                        "EndedOpRetentionMs", "120000"));
        tables.forEach((table, n) ->
                arena.admin.post("/v1/tables", Map.of("name", table, "partitions", partitions, "replicas", n)));
        await("the tables", arena::allInSync);
        Journal journal = new Journal();
        List<Clients> clients = new ArrayList<>();
        try (Laws laws = new Laws(cluster.admin(Arena.ANSWER, Arena.PATIENCE), tables, Verb.MOST_TOKENS)) {
            for (String table : tables.keySet()) {
                clients.add(new Clients(cluster.client(), table, new History(), from));
            }
            rage(arena, journal, laws, from);
            clients.forEach(Clients::stop);
            for (Clients of : clients) {
                of.readAll().forEach(key -> laws.note("what can be healthy becomes so", key + " can't be read"));
            }
            report(journal, laws, clients);
            arena.endedByThemselves().forEach(i -> laws.note("a broken disk ends no process", i + " ended by itself"));
            verdict.addAll(laws.broken());
        } finally {
            clients.forEach(Clients::close);
        }
        verdict.addAll(journal.failures());
        for (Clients of : clients) {
            of.history()
                    .check()
                    .forEach(why -> verdict.add(
                            "reads are linearizable, no write is lost or done twice: " + of.tableName() + " " + why));
        }
    }

    private void rage(Arena arena, Journal journal, Laws laws, long from) {
        try (Healer healer = new Healer(arena, journal)) {
            Operators all = new Operators(arena, journal, operators, from);
            try (all) {
                new Storm(arena, journal, healer).rage(Duration.ofMillis((long) (minutes * 60_000)));
            }
            journal.log("calm: no more faults, no more verbs");
            long calm = System.nanoTime();
            if (!await("everything to take part again", healer::isDone)) {
                laws.note("when faults stop, what can be healthy becomes so", "not back: " + healer.open());
            }
            all.giveBack();
            heal(arena, laws);
            System.out.printf("healed after %d ms%n", (System.nanoTime() - calm) / 1_000_000);
        }
    }

    /** Everything runs, nothing is broken any more: now all that can be healthy has to become so. */
    private void heal(Arena arena, Laws laws) {
        boolean healed = await("all partitions to be in-sync", arena::allInSync)
                && await("all masters", () -> arena.cluster.masters().stream().allMatch(arena::isBack))
                && await("all datanodes", () -> arena.cluster.datanodes().stream()
                        .allMatch(arena::isBack))
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

    private static void report(Journal journal, Laws laws, List<Clients> clients) {
        journal.print();
        Netns.unavailable().ifPresent(why -> System.out.println("  no cuts: " + why));
        for (Clients of : clients) {
            System.out.printf(
                    "%s: %d operations on %d keys, %d unknown, %d refused, slowest %d ms%n",
                    of.tableName(),
                    of.history().operations(),
                    of.history().keys().size(),
                    of.history().unknown(),
                    of.table().refused(),
                    of.table().slowestMillis());
        }
        System.out.println("ops that ended: " + laws.outcomes());
        System.out.printf("%d looks at the laws, at most %d moves at once%n", laws.looks(), laws.mostTokens());
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
