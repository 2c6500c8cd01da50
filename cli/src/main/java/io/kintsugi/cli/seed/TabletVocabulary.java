package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.SeedTable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenMLDB tablet's shell takes, of one datanode: it is asked itself, by its HTTP address, and the masters are asked only what its
 * address is and which partition a table's numbers name.
 */
public final class TabletVocabulary {
    private static final String LOAD = "loadtable NAME TID PID TTL SEG_CNT";
    private static final String STATUS = "gettablestatus [TID PID]";
    private static final Map<String, String> STATES = Map.of(
            "REPLICA_OK", "kTableNormal",
            "REPLICA_SEEDING", "kTableLoading");

    private final Api masters;
    private final Api datanode;
    private final String name;

    /**
     * @param endpoint the datanode's name, or an address of it
     * @param at makes the API of an HTTP address
     */
    public TabletVocabulary(Api masters, String endpoint, Function<String, Api> at) {
        this.masters = masters;
        JsonNode node = rows(masters.get("/v1/nodes"))
                .filter(n -> List.of("node", "address", "httpAddress").stream()
                        .anyMatch(f -> n.path(f).asText().equals(endpoint)))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND,
                        "NO_SUCH_NODE",
                        "there is no datanode '" + endpoint + "'",
                        "See showtablet."));
        this.name = node.path("node").asText();
        this.datanode = at.apply(node.path("httpAddress").asText());
    }

    /** Whether it is a word of this vocabulary. */
    public static boolean knows(String command) {
        return command.equals("loadtable") || command.equals("gettablestatus");
    }

    /** The commands with their arguments. */
    public static List<String> usages() {
        return List.of(STATUS, LOAD);
    }

    /** @throws CliException when it is refused, or its words don't fit */
    public String run(List<String> line) {
        List<String> words = line.subList(1, line.size());
        if (line.getFirst().equals("loadtable")) {
            return words.size() == 5 ? load(words.get(0), words.get(1), words.get(2)) : badUsage(LOAD);
        }
        return words.isEmpty() || words.size() == 2 ? status(words) : badUsage(STATUS);
    }

    private static String badUsage(String usage) {
        throw CliException.usage("BAD_USAGE", "it is: " + usage, null);
    }

    /** Opens a replica that is on the disk and couldn't be opened, or has stopped. Time to live and segments are the table's own here. */
    private String load(String table, String tid, String pid) {
        JsonNode known = known(tid, pid);
        if (!known.path("table").asText().equals(table)) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "OTHER_TABLE",
                    "table " + tid + " is '" + known.path("table").asText() + "', not '" + table + "'",
                    "See showtable.");
        }
        String partition = table + "." + pid;
        int id = masters.get("/v1/partitions/" + partition).path("id").asInt();
        JsonNode replica = rows(ask("/v1/status").path("replicas"))
                .filter(r -> r.path("partition").asInt() == id)
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.REFUSED,
                        "NO_SUCH_REPLICA",
                        name + " has no replica of " + partition + " on its disks",
                        "Another can be made: addreplica, or partition add-replica."));
        if (STATES.containsKey(replica.path("state").asText())) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "TABLE_OPEN",
                    partition + " is " + state(replica) + " on " + name + " already: there is nothing to load",
                    null);
        }
        ask("/reloadDataPartition?id=" + id);
        return "LoadTable ok";
    }

    private String status(List<String> numbers) {
        var shown = new SeedTable(
                "tid",
                "pid",
                "offset",
                "mode",
                "state",
                "enable_expire",
                "ttl",
                "ttl_offset",
                "memused",
                "compress_type");
        JsonNode partitions = masters.get("/v1/partitions");
        JsonNode members = masters.get("/v1/replicas");
        String wanted = numbers.isEmpty() ? null : partition(known(numbers.get(0), numbers.get(1)));
        for (JsonNode replica : ask("/v1/status").path("replicas")) {
            JsonNode member = member(partitions, members, replica);
            if (member != null && (wanted == null || wanted.equals(partition(member)))) {
                long ttl = member.path("ttlMs").asLong();
                shown.row(
                        member.path("tableId").asText(),
                        member.path("pid").asText(),
                        replica.path("lastIndex").asText(),
                        replica.path("role").asText().equals("ROLE_PRIMARY") ? "kTableLeader" : "kTableFollower",
                        state(replica),
                        ttl > 0 ? "true" : "false",
                        ttl / 60_000 + "min",
                        "0s",
                        SeedViews.memory(replica.path("bytes").asLong()),
                        member.path("compression").asText().equals("none") ? "kNoCompress" : "kSnappy");
            }
        }
        return shown.render();
    }

    private static String state(JsonNode replica) {
        return STATES.getOrDefault(replica.path("state").asText(), "kTableUndefined");
    }

    private static String partition(JsonNode member) {
        return member.path("table").asText() + "." + member.path("pid").asText();
    }

    /** What the masters say of a table with this number, and its partition. */
    private JsonNode known(String tid, String pid) {
        return rows(masters.get("/v1/replicas"))
                .filter(r -> r.path("tableId").asText().equals(tid)
                        && r.path("pid").asText().equals(pid))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND,
                        "NO_SUCH_TABLE",
                        "there is no table " + tid + " with a partition " + pid,
                        null));
    }

    /** Null for a replica of a partition that isn't there any more. */
    private static @Nullable JsonNode member(JsonNode partitions, JsonNode members, JsonNode replica) {
        return rows(partitions)
                .filter(p -> p.path("id").asInt() == replica.path("partition").asInt())
                .flatMap(p -> rows(members)
                        .filter(m -> m.path("table").equals(p.path("table"))
                                && m.path("pid").asInt() == p.path("index").asInt()))
                .findFirst()
                .orElse(null);
    }

    private JsonNode ask(String path) {
        try {
            return datanode.get(path);
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE) {
                throw new CliException(
                        ExitCode.UNREACHABLE, "NODE_UNREACHABLE", "datanode " + name + " doesn't answer", "Start it.");
            }
            throw e;
        }
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
