package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kintsugi.client.KintsugiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of real processes, made and handled as an operator would: by {@code bin/kintsugi onebox}. It lives in a directory of the test
 * and ends with it, whatever happens.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long COMMAND_SECONDS = 120;
    private final Path root = repository();
    private final Path home;
    private final String name;
    private final List<String> mastersHttp = new ArrayList<>();
    private final List<String> mastersGrpc = new ArrayList<>();

    private ProcessCluster(Path home, String name) {
        this.home = home;
        this.name = name;
    }

    /** Starts it, with failpoints allowed, and waits until it is healthy. */
    public static ProcessCluster start(Path home, String name, int masters, int datanodes, int disks) {
        ProcessCluster cluster = new ProcessCluster(home, name);
        try {
            cluster.kintsugi(
                    "onebox",
                    "start",
                    "--name",
                    name,
                    "-m",
                    "" + masters,
                    "-r",
                    "" + datanodes,
                    "--disks",
                    "" + disks,
                    "--failpoints");
            JsonNode layout = JSON.readTree(
                    home.resolve("onebox").resolve(name).resolve("onebox.json").toFile());
            for (int m = 1; m <= masters; m++) {
                cluster.mastersHttp.add(layout.path("network").asText() + "." + m + ":17010");
                cluster.mastersGrpc.add(layout.path("network").asText() + "." + m + ":17020");
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

    public KintsugiClient client() {
        return KintsugiClient.connect(mastersGrpc);
    }

    /** HTTP address of a master, {@code m1}… */
    public String http(String master) {
        return mastersHttp.get(Integer.parseInt(master.substring(1)) - 1);
    }

    public List<String> mastersHttp() {
        return List.copyOf(mastersHttp);
    }

    /** Where an instance keeps its things. */
    public Path dir(String instance) {
        return home.resolve("onebox").resolve(name).resolve(instance);
    }

    public void kill(String... instances) {
        onebox("kill", instances);
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

    private void onebox(String verb, String... instances) {
        List<String> arguments = new ArrayList<>(List.of("onebox", verb, "--name", name));
        arguments.addAll(List.of(instances));
        kintsugi(arguments.toArray(String[]::new));
    }

    /** Runs {@code bin/kintsugi} with these arguments; returns what it printed. Fails unless it ended with 0. */
    public String kintsugi(String... arguments) {
        Path output = home.resolve("cli-" + System.nanoTime() + ".out");
        try {
            Files.createDirectories(home);
            List<String> command =
                    new ArrayList<>(List.of(root.resolve("bin/kintsugi").toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("KINTSUGI_HOME", home.toString());
            builder.environment().put("KINTSUGI_NO_BUILD", "1");
            Process process = builder.start();
            boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output, StandardCharsets.UTF_8);
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
