package io.kintsugi.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.seed.PegasusNodes;
import io.kintsugi.cli.seed.PegasusTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * What the masters said before their metadata is moved, kept in a directory: as the original's lists, for people, and as {@code before.json}, by
 * which a tool that was killed goes on.
 *
 * @param cluster as {@code /v1/cluster} has it
 * @param nodes as {@code /v1/nodes} has them
 * @param tables as {@code /v1/tables} has them
 */
record MoveLists(JsonNode cluster, JsonNode nodes, JsonNode tables) {
    private static final String KEPT = "before.json";

    static MoveLists ask(Api api) {
        return new MoveLists(api.get("/v1/cluster"), api.get("/v1/nodes"), api.get("/v1/tables"));
    }

    /** Those that were written there, if any. */
    static Optional<MoveLists> read(Path directory) {
        Path kept = directory.resolve(KEPT);
        if (!Files.exists(kept)) {
            return Optional.empty();
        }
        try {
            JsonNode all = Json.parse(Files.readAllBytes(kept));
            MoveLists lists = new MoveLists(all.path("cluster"), all.path("nodes"), all.path("tables"));
            if (!lists.clusterId().isEmpty() && lists.nodes().isArray()) {
                return Optional.of(lists);
            }
            throw unreadable(kept, "it isn't what `meta move` wrote", null);
        } catch (JsonProcessingException e) {
            throw unreadable(kept, e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw unreadable(kept, String.valueOf(e), e);
        }
    }

    private static CliException unreadable(Path kept, String why, Exception cause) {
        CliException refusal = CliException.usage(
                "BAD_LISTS", "can't read " + kept + ": " + why, "Name another directory, or remove this one.");
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    /** {@code before.json} comes last and whole: when it is there, the others are. */
    void write(Path directory, ZoneId zone) {
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    directory.resolve("apps.list"),
                    new PegasusTables(tables, "available", zone).general().text());
            Files.writeString(
                    directory.resolve("nodes.list"),
                    PegasusNodes.of(nodes, "all", true).text());
            Files.writeString(directory.resolve("recover_node_list"), String.join("\n", addresses(true)) + "\n");
            Path fresh = directory.resolve(KEPT + ".new");
            Files.write(
                    fresh,
                    Json.bytes(Json.object().setAll(Map.of("cluster", cluster, "nodes", nodes, "tables", tables))));
            Files.move(
                    fresh,
                    directory.resolve(KEPT),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "IO_ERROR",
                    "can't write the lists into " + directory + ": " + e,
                    "Nothing was changed. The directory must be writable.");
        }
    }

    String clusterId() {
        return cluster.path("clusterId").asText();
    }

    long generation() {
        return cluster.path("generation").asLong();
    }

    /** The metadata root, as {@code cluster_info} has it. */
    String root() {
        return "/" + clusterId() + "/" + generation();
    }

    /** HTTP addresses of the masters. */
    List<String> masters() {
        return rows(cluster.path("masters")).stream()
                .map(master -> master.path("http").asText())
                .toList();
    }

    /** gRPC addresses of datanodes that are alive, or that aren't. */
    List<String> addresses(boolean alive) {
        return rows(nodes).stream()
                .filter(node -> node.path("alive").asBoolean() == alive)
                .map(node -> node.path("address").asText())
                .sorted()
                .toList();
    }

    /** In which datanodes that were alive, and tables, are not as they were; a line each. Who is primary may have changed. */
    List<String> differences(MoveLists after) {
        List<String> lines = new ArrayList<>();
        Map<String, String> nodesNow = after.nodeStates();
        nodeStates().forEach((address, state) -> {
            if (addresses(true).contains(address)) {
                compare("datanode " + address, state, nodesNow.get(address), lines);
            }
        });
        Map<String, String> tablesNow = after.tableShapes();
        tableShapes().forEach((name, shape) -> compare("table " + name, shape, tablesNow.get(name), lines));
        return lines;
    }

    private static void compare(String what, String before, String now, List<String> lines) {
        if (!before.equals(now)) {
            lines.add(what + ": " + before + " before, " + (now == null ? "not there" : now) + " now");
        }
    }

    private Map<String, String> nodeStates() {
        Map<String, String> states = new TreeMap<>();
        rows(nodes)
                .forEach(node -> states.put(
                        node.path("address").asText(),
                        (node.path("alive").asBoolean() ? "alive" : "not alive") + " with "
                                + node.path("replicas").asLong() + " replicas"));
        return states;
    }

    private Map<String, String> tableShapes() {
        Map<String, String> shapes = new TreeMap<>();
        rows(tables)
                .forEach(table -> shapes.put(
                        table.path("name").asText(),
                        table.path("partitions").asInt() + " partitions of "
                                + table.path("replicas").asInt() + " replicas"));
        return shapes;
    }

    private static List<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
