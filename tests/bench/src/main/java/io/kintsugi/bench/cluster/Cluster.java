package io.kintsugi.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Waiting;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.client.KintsugiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

/**
 * A cluster of real processes, started by {@code bin/kintsugi onebox}. It lives in the bench's own directory and has a KINTSUGI_HOME there, so
 * that it neither meets nor changes the user's. Closing it ends its processes and removes its files, also when the bench is interrupted.
 */
public final class Cluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration HEALTHY = Duration.ofSeconds(180);
    private static final int EQUALLY_FAR = 10; // entries: heartbeats go on
    private static final Duration POLL = Duration.ofMillis(20);
    private final Bench bench;
    private final String name;
    private final Thread atExit;
    private AdminClient admin;
    private boolean closed;

    /** How many of what. */
    public record Size(int masters, int datanodes, int disks) {}

    /** A process of it. */
    public record Instance(String name, boolean master, long pid, String http, Path dir) {}

    private Cluster(Bench bench, String name) {
        this.bench = bench;
        this.name = name;
        this.atExit = new Thread(this::clear, "clear-" + name);
    }

    /** @param options of {@code onebox start}, beside those that say how many of what */
    public static Cluster start(Bench bench, String what, Size size, String... options) {
        Cluster cluster = new Cluster(bench, "bench-" + what);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            cluster.clear();
            long begin = System.nanoTime();
            List<String> start = new ArrayList<>(List.of("onebox", "start", "--name", cluster.name));
            start.addAll(List.of("--dir", bench.directory(cluster.name).toString(), "-m", "" + size.masters));
            start.addAll(List.of("-r", "" + size.datanodes, "--disks", "" + size.disks));
            start.addAll(List.of(options));
            cluster.kintsugi(start.toArray(String[]::new));
            cluster.admin = new AdminClient(cluster.masters());
            bench.say(size + " healthy after " + Math.round(Waiting.secondsSince(begin)) + " s");
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Addresses of the masters, the leading one first: asked through another, an answer would cost the cluster twice the time. */
    private List<String> masters() {
        List<Instance> all = instances().stream().filter(Instance::master).toList();
        String leader = new AdminClient(all.stream().map(Instance::http).toList()).leader();
        return all.stream()
                .sorted(Comparator.comparing((Instance m) -> !m.name().equals(leader)))
                .map(Instance::http)
                .toList();
    }

    public AdminClient admin() {
        return admin;
    }

    /** The processes that run now. */
    public List<Instance> instances() {
        List<Instance> all = new ArrayList<>();
        try {
            for (JsonNode i : JSON.readTree(kintsugi("onebox", "list", "--name", name, "-o", "json"))) {
                if (i.path("state").asText().equals("running")) {
                    all.add(new Instance(
                            i.path("name").asText(),
                            i.path("role").asText().equals("master"),
                            i.path("pid").asLong(),
                            i.path("http").asText(),
                            Path.of(i.path("dir").asText())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    public List<Instance> datanodes() {
        return instances().stream().filter(i -> !i.master).toList();
    }

    /** The leading master. */
    public Instance leader() {
        String name = admin.leader();
        return instances().stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no running master is named '" + name + "', which leads"));
    }

    /** With SIGKILL. The future ends when the process is gone. */
    public static CompletableFuture<ProcessHandle> kill(Instance instance) {
        ProcessHandle process = ProcessHandle.of(instance.pid()).orElseThrow();
        process.destroyForcibly();
        return process.onExit();
    }

    public void awaitAllMasters() {
        Waiting.until("all masters to be alive and equally far", HEALTHY, Duration.ofMillis(100), () -> {
            JsonNode masters = admin.get("/v1/cluster").path("masters");
            long least = Long.MAX_VALUE;
            long most = 0;
            for (JsonNode m : masters) {
                if (!m.path("alive").asBoolean()) {
                    return false;
                }
                least = Math.min(least, m.path("appliedIndex").asLong());
                most = Math.max(most, m.path("appliedIndex").asLong());
            }
            return masters.size() == admin.masters().size() && most - least < EQUALLY_FAR;
        });
    }

    public void startInstance(String instance) {
        kintsugi("onebox", "start", instance, "--name", name);
    }

    /** A client library's connection to this cluster. */
    public KintsugiClient client() {
        List<String> grpc = StreamSupport.stream(
                        admin.get("/v1/cluster").path("masters").spliterator(), false)
                .map(m -> m.path("grpc").asText())
                .toList();
        return KintsugiClient.connect(grpc);
    }

    /** Makes a table and waits until all its partitions serve with all their replicas. */
    public void createTable(String table, int partitions, int replicas) {
        admin.post("/v1/tables", Map.of("name", table, "partitions", partitions, "replicas", replicas));
        awaitHealthy();
    }

    public void awaitHealthy() {
        Waiting.until("every partition to have its primary and all its replicas", HEALTHY, POLL, () -> {
            JsonNode c = admin.get("/v1/cluster");
            return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                    && c.path("partitionsUnderReplicated").asInt(-1) == 0
                    && c.path("datanodes").asInt() == c.path("datanodesAlive").asInt();
        });
    }

    /** Waits until the processes have nothing to do: less than a tenth of a core each, for a second. */
    public void awaitQuiet() {
        List<Long> pids = instances().stream().map(Instance::pid).toList();
        Waiting.until("the processes to be quiet", Duration.ofSeconds(90), Duration.ZERO, () -> {
            List<Double> each = pids.stream().map(Proc::cpuSeconds).toList();
            Waiting.pause(Duration.ofSeconds(1));
            for (int i = 0; i < pids.size(); i++) {
                if (Proc.cpuSeconds(pids.get(i)) - each.get(i) > 0.1) {
                    return false;
                }
            }
            return true;
        });
    }

    /** What {@code bin/kintsugi} prints. */
    private String kintsugi(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(bench.installation().resolve("bin/kintsugi").toString()));
        command.addAll(List.of(arguments));
        try {
            Path log = Files.createDirectories(bench.work()).resolve("kintsugi.log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment()
                    .put("KINTSUGI_HOME", bench.work().resolve("home").toString());
            builder.environment().remove("KINTSUGI_MASTERS");
            builder.redirectInput(Path.of("/dev/null").toFile());
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        "`kintsugi " + String.join(" ", arguments) + "` failed: " + output + tail(log));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String tail(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.max(0, text.length() - 1_000));
    }

    private void clear() {
        kintsugi("onebox", "clear", "--name", name);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        clear();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
