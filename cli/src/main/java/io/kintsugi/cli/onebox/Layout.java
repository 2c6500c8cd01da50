package io.kintsugi.cli.onebox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is where in a cluster on one machine: every process has a loopback address of its own in the cluster's network, and the default
 * ports there. Kept in {@code onebox.json} in its directory.
 *
 * @param network first three parts of the addresses, such as {@code 127.31.7}
 * @param launch how its processes are started
 * @param datanodeConfig keys of {@code datanode.yaml} that all datanodes get beside those that follow from the layout
 */
public record Layout(
        String name,
        Path dir,
        String network,
        int masters,
        int datanodes,
        int disks,
        Launch launch,
        Map<String, String> datanodeConfig) {
    private static final String FILE = "onebox.json";
    private static final int FIRST_MASTER = 1;
    private static final int FIRST_DATANODE = 101;

    /** A master's ports. */
    static final int HTTP = 17010;

    static final int GRPC = 17020;
    static final int RAFT = 17030;

    /** A datanode's ports. */
    static final int DATA_GRPC = 17310;

    static final int DATA_HTTP = 17320;

    /** Refuses numbers that make no cluster. */
    public Layout {
        datanodeConfig = Map.copyOf(datanodeConfig);
        if (masters != 1 && masters != 3 && masters != 5) {
            throw CliException.usage("BAD_MASTERS", masters + " masters can't be: a group has 1, 3 or 5", null);
        }
        if (datanodes < 0 || datanodes > 100 || disks < 1 || disks > 32) {
            throw CliException.usage(
                    "BAD_ONEBOX",
                    "a onebox has 0 to 100 datanodes of 1 to 32 disks, not " + datanodes + " of " + disks,
                    null);
        }
        if (!name.matches("[A-Za-z0-9_.-]{1,63}") || name.startsWith(".")) {
            throw CliException.usage(
                    "BAD_NAME",
                    "'" + name + "' can't name a onebox",
                    "Use 1 to 63 of A-Z a-z 0-9 _ . - and begin with none of the last.");
        }
    }

    /** With datanodes as they are by default. */
    public Layout(String name, Path dir, String network, int masters, int datanodes, int disks) {
        this(name, dir, network, masters, datanodes, disks, Launch.PLAIN, Map.of());
    }

    /** The same with more datanodes. */
    Layout withMoreDatanodes(int more) {
        return new Layout(name, dir, network, masters, datanodes + more, disks, launch, datanodeConfig);
    }

    /** Masters first, then datanodes. */
    public List<Instance> instances() {
        var all = new ArrayList<Instance>();
        for (int i = 0; i < masters; i++) {
            all.add(new Instance("m" + (i + 1), true, network + "." + (FIRST_MASTER + i), dir.resolve("m" + (i + 1))));
        }
        for (int i = 0; i < datanodes; i++) {
            all.add(new Instance(
                    "d" + (i + 1), false, network + "." + (FIRST_DATANODE + i), dir.resolve("d" + (i + 1))));
        }
        return all;
    }

    /** @throws CliException when there is none of this name */
    public Instance instance(String instanceName) {
        return instances().stream()
                .filter(each -> each.name().equals(instanceName))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND,
                        "NO_SUCH_INSTANCE",
                        "onebox " + name + " has no '" + instanceName + "'",
                        "It has "
                                + String.join(
                                        " ",
                                        instances().stream().map(Instance::name).toList()) + "."));
    }

    /** The masters' HTTP listeners, {@code host:port}. */
    public List<String> httpAddresses() {
        return instances().stream()
                .filter(Instance::master)
                .map(each -> each.host() + ":" + HTTP)
                .toList();
    }

    /** The masters' gRPC listeners, {@code host:port}. */
    public List<String> grpcAddresses() {
        return instances().stream()
                .filter(Instance::master)
                .map(each -> each.host() + ":" + GRPC)
                .toList();
    }

    /** Writes the file from which {@link #read} gets the layout back. */
    void write() {
        ObjectNode json = Json.object()
                .put("name", name)
                .put("network", network)
                .put("masters", masters)
                .put("datanodes", datanodes)
                .put("disks", disks)
                .put("failpoints", launch.failpoints())
                .put("guard", launch.guarded());
        new TreeMap<>(datanodeConfig).forEach(json.putObject("datanodeConfig")::put);
        try {
            Files.writeString(dir.resolve(FILE), Json.pretty(json) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a onebox lives in this directory. */
    static boolean isIn(Path dir) {
        return Files.isRegularFile(dir.resolve(FILE));
    }

    /** The layout of the onebox in this directory. */
    static Layout read(Path dir) {
        try {
            JsonNode json = Json.parse(Files.readAllBytes(dir.resolve(FILE)));
            Map<String, String> datanodeConfig = new HashMap<>();
            json.path("datanodeConfig")
                    .properties()
                    .forEach(e -> datanodeConfig.put(e.getKey(), e.getValue().asText()));
            return new Layout(
                    json.path("name").asText(),
                    dir.toRealPath(),
                    json.path("network").asText(),
                    json.path("masters").asInt(),
                    json.path("datanodes").asInt(),
                    json.path("disks").asInt(),
                    new Launch(
                            json.path("failpoints").asBoolean(),
                            json.path("guard").asBoolean()),
                    datanodeConfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How processes are started.
     *
     * @param failpoints whether they may be told to stop or to die at a failpoint
     * @param guarded whether {@code bin/kintsugi-guard} starts them again when they end
     */
    public record Launch(boolean failpoints, boolean guarded) {
        /** As they are when nothing is said. */
        public static final Launch PLAIN = new Launch(false, false);
    }

    /**
     * One process.
     *
     * @param master else a datanode
     * @param host its own loopback address
     * @param dir its directory: configuration, log, data
     */
    public record Instance(String name, boolean master, String host, Path dir) {
        /** Its configuration; the path is also the mark by which its process is known. */
        public Path config() {
            return dir.resolve(master ? "master.yaml" : "datanode.yaml");
        }

        /** Its standard output and error. */
        public Path log() {
            return dir.resolve("log");
        }

        Path pidFile() {
            return dir.resolve("pid");
        }

        /** The pid file of its guard, where it has one. */
        Path guardFile() {
            return dir.resolve("guard.pid");
        }

        /** Its HTTP listener. */
        public String http() {
            return host + ":" + (master ? HTTP : DATA_HTTP);
        }
    }
}
