package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.data.KeyValues;
import io.kintsugi.cli.output.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kintsugi kv}. Keys and values are UTF-8 text here; the client library takes any bytes. */
@Command(name = "kv", description = "Single keys of a table.")
final class KvCommand extends Noun {
    @Command(name = "put", description = "Writes a key.")
    int put(
            @Parameters(paramLabel = "TABLE") String table,
            @Parameters(paramLabel = "KEY") String key,
            @Parameters(paramLabel = "VALUE") String value) {
        try (KeyValues data = DataConnection.open(root())) {
            data.put(table, bytes(key), bytes(value));
        }
        return isJson()
                ? done(Json.object().put("table", table).put("key", key).put("acknowledged", true), "")
                : ExitCode.OK;
    }

    @Command(name = "get", description = "Prints the value of a key; exit code 4 when there is none.")
    int get(@Parameters(paramLabel = "TABLE") String table, @Parameters(paramLabel = "KEY") String key) {
        try (KeyValues data = DataConnection.open(root())) {
            Optional<byte[]> found = data.get(table, bytes(key));
            if (found.isEmpty()) {
                throw new CliException(
                        ExitCode.NOT_FOUND, "NO_SUCH_KEY", "table " + table + " has no key '" + key + "'", null);
            }
            String value = new String(found.get(), StandardCharsets.UTF_8);
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
