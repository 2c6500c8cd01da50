package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.time;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Table;
import io.kintsugi.common.config.Units;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi table}. */
@Command(name = "table", description = "Tables: named key-value data sets.")
final class TableCommand extends Noun {
    @Command(name = "create", description = "Makes a table.")
    int create(
            @Parameters(paramLabel = "TABLE", description = "1 to 63 of A-Z a-z 0-9 _ . -") String name,
            @Option(
                            names = {"-p", "--partitions"},
                            paramLabel = "N",
                            description = "Hash slices (default 8); can't be changed.")
                    Integer partitions,
            @Option(
                            names = {"-r", "--replicas"},
                            paramLabel = "N",
                            description = "Copies of each, 1 to 5 (default 3, or the datanodes if fewer).")
                    Integer replicas,
            @Option(
                            names = "--min-in-sync",
                            paramLabel = "N",
                            description = "In-sync copies below which writes are refused (default 1).")
                    Integer minInSync,
            @Option(names = "--owner", description = "Who it belongs to; the compatible API asks whoever drops it.")
                    String owner,
            @Option(
                            names = "--capacity-gb",
                            paramLabel = "GIB",
                            description = "What it is meant to hold: shown, and no limit.")
                    Integer capacityGb,
            @Option(
                            names = "--ttl",
                            paramLabel = "TIME",
                            description =
                                    "How long a record lives whose writer doesn't say, as in 10m (default: for ever).")
                    String ttl,
            @Option(names = "--compress", paramLabel = "KIND", description = "Only none so far.") String compress) {
        ObjectNode body = Json.object().put("name", name);
        if (ttl != null) {
            body.put("ttlMs", Values.duration("--ttl", ttl).toMillis());
        }
        if (compress != null) {
            body.put("compression", compress);
        }
        if (owner != null) {
            body.put("owner", owner);
        }
        putIfGiven(body, "capacityGb", capacityGb);
        putIfGiven(body, "partitions", partitions);
        putIfGiven(body, "replicas", replicas);
        putIfGiven(body, "minInSync", minInSync);
        JsonNode table = api().post("/v1/tables", body);
        return done(
                table,
                "table " + name + " has id " + text(table.path("id")) + ", " + text(table.path("partitions"))
                        + " partitions of " + text(table.path("replicas")) + " replicas");
    }

    @Command(name = "ls", description = "All tables.")
    int list() {
        JsonNode tables = api().get("/v1/tables");
        return show(tables, () -> render(tables));
    }

    @Command(name = "info", description = "One table.")
    int info(@Parameters(paramLabel = "TABLE") String name) {
        JsonNode table = api().get("/v1/tables/" + encode(name));
        return show(table, () -> render(Json.array().add(table)));
    }

    @Command(name = "set", description = "Changes properties of a table: min_in_sync, ttl.")
    int set(
            @Parameters(index = "0", paramLabel = "TABLE") String name,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "PROPERTY=VALUE") Map<String, String> properties,
            @Option(names = "--min-in-sync", paramLabel = "N", description = "The same as min_in_sync=N.")
                    Integer minInSync,
            @Option(
                            names = "--ttl",
                            paramLabel = "TIME",
                            description = {
                                "How long a record lives whose writer doesn't say, as in 10m; 0s: for ever.",
                                "For records written from the partition's next change of configuration on."
                            })
                    String ttl) {
        ObjectNode body = Json.object();
        if (properties != null) {
            properties.forEach((property, value) ->
                    Values.put(body, property.equals("min_in_sync") ? "minInSync" : property, value));
        }
        putIfGiven(body, "minInSync", minInSync);
        if (ttl != null) {
            body.put("ttlMs", Values.duration("--ttl", ttl).toMillis());
        }
        if (body.isEmpty()) {
            throw CliException.usage(
                    "NOTHING_TO_SET",
                    "no property is given",
                    "For example: kintsugi table set " + name + " min_in_sync=2");
        }
        JsonNode table = api().patch("/v1/tables/" + encode(name), body);
        return show(table, () -> render(Json.array().add(table)));
    }

    @Command(name = "drop", description = "Drops a table; its data is removed after a retention.")
    int drop(@Parameters(paramLabel = "TABLE") String name) {
        return done(api().delete("/v1/tables/" + encode(name)), "table " + name + " is dropped");
    }

    private static void putIfGiven(ObjectNode body, String property, Integer value) {
        if (value != null) {
            body.put(property, value);
        }
    }

    private String render(JsonNode tables) {
        var shown = new Table(
                "TABLE",
                ">ID",
                ">PARTITIONS",
                ">REPLICAS",
                ">MIN IN-SYNC",
                "HASH",
                "STATE",
                "HEALTHY",
                "TTL",
                "OWNER",
                "CREATED");
        for (JsonNode table : tables) {
            shown.row(
                    text(table.path("name")),
                    text(table.path("id")),
                    text(table.path("partitions")),
                    text(table.path("replicas")),
                    text(table.path("minInSync")),
                    text(table.path("hash")),
                    text(table.path("state")),
                    table.path("healthy").isBoolean() ? yesNo(table.path("healthy")) : text(table.path("healthy")),
                    ttl(table.path("ttlMs").asLong()),
                    text(table.path("owner")),
                    time(table.path("createdAt"), session().zone()));
        }
        return shown.render();
    }

    private static String ttl(long millis) {
        return millis == 0 ? "-" : Units.text(Duration.ofMillis(millis));
    }
}
