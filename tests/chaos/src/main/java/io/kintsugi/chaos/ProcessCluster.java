package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kintsugi.client.ClientOptions;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of real processes, made and handled as an operator would: by {@code bin/kintsugi onebox}. It lives in a directory of the test
 * and ends with it, whatever happens.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long COMMAND_SECONDS = 120;
    /** Several datanodes may be dead for a while on a machine that is slow to start them again: a writer goes on when it can. */
    private static final Duration PATIENT = Duration.ofMinutes(1);

    private final Path root = repository();
    private final Path home;
    private final String name;
    private final Map<String, String> environment;
    private int datanodes;
    private final List<String> mastersHttp = new ArrayList<>();
    private final List<String> mastersGrpc = new ArrayList<>();

    private String network = "";

    private ProcessCluster(Path home, String name, int datanodes, Map<String, String> environment) {
        this.home = home;
        this.name = name;
        this.datanodes = datanodes;
        this.environment = Map.copyOf(environment);
    }

    /** Starts it, with failpoints allowed, and waits until it is healthy. */
    public static ProcessCluster start(Path home, String name, int masters, int datanodes, int disks) {
        return start(home, name, masters, datanodes, disks, Map.of(), Map.of());
    }

    /** The same, with more in the environment of its processes, and in the configuration of its datanodes. */
    public static ProcessCluster start(
            Path home,
            String name,
            int masters,
            int datanodes,
            int disks,
            Map<String, String> environment,
            Map<String, String> datanodeConfig) {
        return start(home, name, new int[] {masters, datanodes, disks}, environment, datanodeConfig, List.of());
    }

    /** The same, each process below a guard that starts it again when it ends. */
    public static ProcessCluster startGuarded(Path home, String name, int masters, int datanodes, int disks) {
        int[] counts = {masters, datanodes, disks};
        return start(home, name, counts, Map.of(), Map.of(), List.of("--guard"));
    }

    private static ProcessCluster start(
            Path home,
            String name,
            int[] counts,
            Map<String, String> environment,
            Map<String, String> datanodeConfig,
            List<String> options) {
        int masters = counts[0];
        int datanodes = counts[1];
        int disks = counts[2];
        ProcessCluster cluster = new ProcessCluster(home, name, datanodes, environment);
        try {
            List<String> start = new ArrayList<>(List.of("onebox", "start", "--name", name, "-m", "" + masters));
            start.addAll(List.of("-r", "" + datanodes, "--disks", "" + disks, "--failpoints"));
            start.addAll(options);
            datanodeConfig.forEach((key, value) -> start.add("--datanode-config=" + key + "=" + value));
            cluster.kintsugi(start.toArray(String[]::new));
            JsonNode layout = JSON.readTree(
                    home.resolve("onebox").resolve(name).resolve("onebox.json").toFile());
            cluster.network = layout.path("network").asText();
            for (int m = 1; m <= masters; m++) {
                cluster.mastersHttp.add(cluster.host("m" + m) + ":17010");
                cluster.mastersGrpc.add(cluster.host("m" + m) + ":17020");
            }
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    public AdminClient admin() {
        return new AdminClient(mastersHttp);
    }

    /** One that asks the next master when one doesn't answer in time, and gives up when none serves for so long. */
    public AdminClient admin(Duration answer, Duration patience) {
        return new AdminClient(mastersHttp, answer, patience);
    }

    public KintsugiClient client() {
        return client(PATIENT);
    }

    /** One that gives an operation up after so long. */
    public KintsugiClient client(Duration operation) {
        return KintsugiClient.connect(mastersGrpc, ClientOptions.DEFAULTS.withOperationTimeout(operation));
    }

    /** The loopback address of an instance: {@code m1}…, {@code d1}… */
    public String host(String instance) {
        int number = Integer.parseInt(instance.substring(1));
        return network + "." + (instance.startsWith("m") ? number : 100 + number);
    }

    /** HTTP address of an instance. */
    public String http(String instance) {
        return host(instance) + (instance.startsWith("m") ? ":17010" : ":17320");
    }

    public List<String> masters() {
        return IntStream.rangeClosed(1, mastersHttp.size())
                .mapToObj(i -> "m" + i)
                .toList();
    }

    public List<String> datanodes() {
        return IntStream.rangeClosed(1, datanodes).mapToObj(i -> "d" + i).toList();
    }

    public List<String> mastersHttp() {
        return List.copyOf(mastersHttp);
    }

    /** Where an instance keeps its things. */
    public Path dir(String instance) {
        return home.resolve("onebox").resolve(name).resolve(instance);
    }

    /** Adds a datanode; returns its name. */
    public String addDatanode() {
        kintsugi("onebox", "add", "--name", name);
        datanodes++;
        return "d" + datanodes;
    }

    public void kill(String... instances) {
        onebox("kill", instances);
    }

    /** The same without the command line, which takes a second to start: for moments that are drawn. */
    public void killAtOnce(String instance) {
        try {
            long pid = Long.parseLong(
                    Files.readString(dir(instance).resolve("data").resolve("process.lock"))
                            .strip());
            ProcessHandle process = ProcessHandle.of(pid)
                    .orElseThrow(() -> new IllegalStateException(instance + ", pid " + pid + ", isn't there"));
            process.destroyForcibly();
            process.onExit().get(COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(instance + " couldn't be killed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    public void stop(String... instances) {
        onebox("stop", instances);
    }

    public void startAgain(String... instances) {
        onebox("start", instances);
    }

    public void pause(String... instances) {
        onebox("pause", instances);
    }

    public void resume(String... instances) {
        onebox("resume", instances);
    }

    /** Deletes everything in a directory, as a replaced disk would look. Whoever uses it must not run. */
    public void wipe(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path p : walk.sorted(Comparator.reverseOrder()).toList()) {
                if (!p.equals(directory)) {
                    Files.delete(p);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onebox(String verb, String... instances) {
        List<String> arguments = new ArrayList<>(List.of("onebox", verb, "--name", name));
        arguments.addAll(List.of(instances));
        kintsugi(arguments.toArray(String[]::new));
    }

    /** Runs {@code bin/kintsugi} with these arguments; returns what it printed. Fails unless it ended with 0. */
    public String kintsugi(String... arguments) {
        Path output = home.resolve("cli-" + System.nanoTime() + ".out");
        try {
            Process process = started(output, environment, arguments);
            boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output, StandardCharsets.UTF_8);
            String command = "kintsugi " + String.join(" ", arguments);
            if (!ended) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end in " + COMMAND_SECONDS + " s:\n" + text);
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + " ended with " + process.exitValue() + ":\n" + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A command that runs on, as an operator has it at a terminal, and that talks to these masters. What it prints goes to {@code output}. */
    public Process tool(Path output, List<String> masters, String... arguments) {
        try {
            return started(output, Map.of("KINTSUGI_MASTERS", String.join(",", masters)), arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a tool as an operator's closed terminal would, and what it has started. */
    public static void killed(Process tool) throws InterruptedException {
        tool.descendants().forEach(ProcessHandle::destroyForcibly);
        tool.destroyForcibly().waitFor();
    }

    private Process started(Path output, Map<String, String> more, String... arguments) throws IOException {
        Files.createDirectories(home);
        List<String> command =
                new ArrayList<>(List.of(root.resolve("bin/kintsugi").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("KINTSUGI_HOME", home.toString());
        builder.environment().put("KINTSUGI_NO_BUILD", "1");
        builder.environment().putAll(more);
        return builder.start();
    }

    /** Ends every process and, unless {@code kintsugi.chaos.keep} is set, deletes the directory. */
    @Override
    public void close() {
        if (Boolean.getBoolean("kintsugi.chaos.keep")) {
            kintsugi("onebox", "stop", "--name", name);
        } else {
            kintsugi("onebox", "clear", "--name", name);
        }
    }

    /** The directory that has the sources and what is built of them. */
    public static Path repository() {
        Path dir = Path.of("").toAbsolutePath();
        while (!Files.exists(dir.resolve("LICENSE"))) {
            dir = dir.getParent();
        }
        return dir;
    }
}
