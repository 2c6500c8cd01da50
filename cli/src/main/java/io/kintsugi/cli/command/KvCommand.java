package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.data.KeyValues;
import io.kintsugi.cli.data.RemoteKeyValues;
import io.kintsugi.cli.output.Json;
import io.kintsugi.client.PutIf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi kv}. Keys and values are UTF-8 text here; the client library takes any bytes. */
@Command(name = "kv", description = "Single keys of a table.")
final class KvCommand extends Noun {
    @Command(
            name = "put",
            description = {
                "Writes a key. With a condition, all replicas agree on whether it held;",
                "exit code 7 when it didn't, with what is there instead."
            })
    int put(
            @Parameters(paramLabel = "TABLE") String table,
            @Parameters(paramLabel = "KEY") String key,
            @Parameters(paramLabel = "VALUE") String value,
            @Option(
                            names = "--ttl",
                            paramLabel = "TIME",
                            description = "How long it lives, as in 10m; 0s: for ever. Default: as the table says.")
                    String ttl,
            @Option(names = "--if-absent", description = "Only if there is no such key.") boolean ifAbsent,
            @Option(names = "--if-value", paramLabel = "OLD", description = "Only if the key has this value.")
                    String ifValue) {
        boolean conditional = ifAbsent || ifValue != null;
        if (ifAbsent && ifValue != null || conditional && ttl != null) {
            throw CliException.usage(
                    "BAD_CONDITION",
                    "of --ttl, --if-absent and --if-value only one can be given",
                    "For example: kintsugi kv put " + table + " " + key + " " + value + " --if-absent");
        }
        try (RemoteKeyValues data = DataConnection.open(root())) {
            if (conditional) {
                return told(table, key, data.putIf(table, bytes(key), ifAbsent ? null : bytes(ifValue), bytes(value)));
            }
            if (ttl == null) {
                data.put(table, bytes(key), bytes(value));
            } else {
                data.put(table, bytes(key), bytes(value), Values.duration("--ttl", ttl));
            }
        }
        return isJson()
                ? done(Json.object().put("table", table).put("key", key).put("acknowledged", true), "")
                : ExitCode.OK;
    }

    private int told(String table, String key, PutIf answer) {
        ObjectNode all = Json.object().put("table", table).put("key", key).put("done", answer.done());
        if (answer.known()) {
            all.put("current", answer.current().map(KvCommand::text).orElse(null));
        }
        String instead = answer.current()
                .map(v -> "the key has the value '" + text(v) + "'")
                .orElse("there is no such key");
        show(
                all,
                () -> answer.done()
                        ? ""
                        : "not written: "
                                + (answer.known() ? instead : "an attempt whose answer was lost found another value")
                                + System.lineSeparator());
        return answer.done() ? ExitCode.OK : ExitCode.NO;
    }

    @Command(name = "get", description = "Prints the value of a key; exit code 4 when there is none.")
    int get(@Parameters(paramLabel = "TABLE") String table, @Parameters(paramLabel = "KEY") String key) {
        try (KeyValues data = DataConnection.open(root())) {
            Optional<byte[]> found = data.get(table, bytes(key));
            if (found.isEmpty()) {
                throw new CliException(
                        ExitCode.NOT_FOUND, "NO_SUCH_KEY", "table " + table + " has no key '" + key + "'", null);
            }
            String value = text(found.get());
            return done(Json.object().put("table", table).put("key", key).put("value", value), value);
        }
    }

    @Command(name = "delete", description = "Removes a key, whether it is there or not.")
    int delete(@Parameters(paramLabel = "TABLE") String table, @Parameters(paramLabel = "KEY") String key) {
        try (KeyValues data = DataConnection.open(root())) {
            data.delete(table, bytes(key));
        }
        return isJson()
                ? done(Json.object().put("table", table).put("key", key).put("acknowledged", true), "")
                : ExitCode.OK;
    }

    @Command(
            name = "mget",
            description = "Prints KEY and value of those keys that are there; exit code 4 when some aren't, and which.")
    int multiGet(
            @Parameters(paramLabel = "TABLE") String table,
            @Parameters(paramLabel = "KEY", arity = "1..*") List<String> keys) {
        Map<byte[], byte[]> found;
        try (RemoteKeyValues data = DataConnection.open(root())) {
            found = data.multiGet(table, keys.stream().map(KvCommand::bytes).toList());
        }
        ArrayNode records = Json.array();
        found.forEach((key, value) -> records.add(record(key, value)));
        List<String> missing = keys.stream()
                .filter(key -> !found.containsKey(bytes(key)))
                .distinct()
                .toList();
        ObjectNode all = Json.object().put("table", table);
        all.set("records", records);
        missing.forEach(all.putArray("missing")::add);
        show(all, () -> lines(records));
        if (!missing.isEmpty()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_SUCH_KEY",
                    "table " + table + " has no key '" + String.join("', '", missing) + "'",
                    null);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "scan",
            description = {
                "Prints keys and values, one partition after another, in each in the order of the keys.",
                "Each page is read at one moment; what is written meanwhile may or may not show."
            })
    int scan(
            @Parameters(paramLabel = "TABLE") String table,
            @Option(names = "--partition", paramLabel = "I", description = "Only this one, from 0.") Integer only,
            @Option(
                            names = "--from",
                            paramLabel = "KEY",
                            description = "The first key that is wanted.",
                            defaultValue = "")
                    String from,
            @Option(
                            names = "--prefix",
                            paramLabel = "TEXT",
                            description = "Only keys that begin so.",
                            defaultValue = "")
                    String prefix,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "The most that is printed (default ${DEFAULT-VALUE}).",
                            defaultValue = "100")
                    int limit) {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "BAD_LIMIT", "--limit " + limit + ": must be at least 1", null);
        }
        ArrayNode records = Json.array();
        ObjectNode next = Json.object();
        try (RemoteKeyValues data = DataConnection.open(root())) {
            int end = only == null ? data.partitions(table) : only + 1;
            for (int i = only == null ? 0 : only; i < end && next.isEmpty(); i++) {
                int partition = i;
                data.scan(table, partition, bytes(from), bytes(prefix), Math.min(limit, 1_000) + 1, found -> {
                    if (records.size() == limit) {
                        next.put("partition", partition).put("from", text(found.key()));
                        return false;
                    }
                    records.add(record(found.key(), found.value()).put("partition", partition));
                    return true;
                });
            }
        }
        ObjectNode all = Json.object().put("table", table);
        all.set("records", records);
        all.set("next", next.isEmpty() ? null : next);
        return show(all, () -> lines(records) + (next.isEmpty() ? "" : more(next)));
    }

    private static String more(ObjectNode next) {
        return "... and more: go on with --partition " + next.path("partition").asInt() + " --from '"
                + next.path("from").asText() + "', or raise --limit" + System.lineSeparator();
    }

    private static ObjectNode record(byte[] key, byte[] value) {
        return Json.object().put("key", text(key)).put("value", text(value));
    }

    private static String lines(ArrayNode records) {
        StringBuilder lines = new StringBuilder();
        records.forEach(r -> lines.append(r.path("key").asText())
                .append('\t')
                .append(r.path("value").asText())
                .append(System.lineSeparator()));
        return lines.toString();
    }

    @Command(
            name = "count",
            description =
                    "How many keys a table has, by what its primaries last reported: an estimate. partition verify TABLE counts exactly.")
    int count(@Parameters(paramLabel = "TABLE") String table) {
        JsonNode partitions = api().get("/v1/partitions?table=" + encode(table));
        long records = 0;
        long bytes = 0;
        int unknown = 0;
        for (JsonNode partition : partitions) {
            records += partition.path("records").asLong();
            bytes += partition.path("bytes").asLong();
            unknown += partition.hasNonNull("records") ? 0 : 1;
        }
        String text = "about " + records + " keys, " + bytes + " bytes on disk a replica"
                + (unknown == 0 ? "" : "; of " + unknown + " partitions it isn't known");
        return done(
                Json.object()
                        .put("table", table)
                        .put("records", records)
                        .put("bytes", bytes)
                        .put("unknown", unknown)
                        .put("estimate", true),
                text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
