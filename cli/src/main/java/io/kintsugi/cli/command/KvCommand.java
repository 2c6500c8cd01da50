package io.kintsugi.cli.command;

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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
