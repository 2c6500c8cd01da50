package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Sections;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code ls}: tables as Pegasus lists its apps, in order of ids. */
public final class PegasusTables {
    /** What {@code -s} takes. Making and dropping are one step each here: no table is ever {@code creating} or {@code dropping}. */
    public static final List<String> STATES = List.of("all", "available", "creating", "dropping", "dropped");

    private static final String AVAILABLE = "AVAILABLE";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd_HH:mm:ss", Locale.ROOT);

    /** A table's partitions, counted; {@code minInSync} is the least with which the table takes writes. */
    private static final class Counts {
        int fully;
        int writeUnhealthy;
        int readUnhealthy;

        void add(JsonNode partition, int minInSync) {
            boolean served = partition.path("served").asBoolean();
            int inSync = partition.path("inSync").size();
            fully += served && inSync >= partition.path("target").asInt() ? 1 : 0;
            writeUnhealthy += !served || inSync < minInSync ? 1 : 0;
            readUnhealthy += served ? 0 : 1;
        }
    }

    private final List<JsonNode> tables = new ArrayList<>();
    private final ZoneId zone;

    /**
     * @param all as {@code /v1/tables} has them
     * @param wanted one of {@link #STATES}
     */
    public PegasusTables(JsonNode all, String wanted, ZoneId zone) {
        this.zone = zone;
        for (JsonNode table : all) {
            if (wanted.equals("all") || status(table).equalsIgnoreCase(wanted)) {
                tables.add(table);
            }
        }
        tables.sort(Comparator.comparingLong(t -> t.path("id").asLong()));
    }

    /** Without a look at partitions. */
    public Sections general() {
        return generalInfo().values("summary", List.of("total_app_count", "" + available()));
    }

    /** @param partitions as {@code /v1/partitions} has them, of all tables */
    public Sections detailed(JsonNode partitions) {
        Map<Long, Counts> counts = new HashMap<>();
        Map<Long, Integer> least = new HashMap<>();
        for (JsonNode table : tables) {
            if (status(table).equals(AVAILABLE)) {
                counts.put(table.path("id").asLong(), new Counts());
                least.put(table.path("id").asLong(), table.path("minInSync").asInt(1));
            }
        }
        for (JsonNode partition : partitions) {
            long id = partition.path("tableId").asLong();
            if (counts.containsKey(id)) {
                counts.get(id).add(partition, least.get(id));
            }
        }
        List<List<String>> rows = new ArrayList<>();
        int fully = 0;
        int writeUnhealthy = 0;
        int readUnhealthy = 0;
        for (JsonNode table : tables) {
            Counts of = counts.get(table.path("id").asLong());
            if (of == null) {
                continue;
            }
            int all = table.path("partitions").asInt();
            fully += of.fully == all ? 1 : 0;
            writeUnhealthy += of.writeUnhealthy > 0 ? 1 : 0;
            readUnhealthy += of.readUnhealthy > 0 ? 1 : 0;
            rows.add(List.of(
                    table.path("id").asText(),
                    table.path("name").asText(),
                    "" + all,
                    "" + of.fully,
                    "" + (all - of.fully),
                    "" + of.writeUnhealthy,
                    "" + of.readUnhealthy));
        }
        return generalInfo()
                .table(
                        "healthy_info",
                        List.of(
                                "app_id",
                                "app_name",
                                "partition_count",
                                "fully_healthy",
                                "unhealthy",
                                "write_unhealthy",
                                "read_unhealthy"),
                        rows)
                .values(
                        "summary",
                        List.of(
                                "total_app_count", "" + available(),
                                "fully_healthy_app_count", "" + fully,
                                "unhealthy_app_count", "" + (available() - fully),
                                "write_unhealthy_app_count", "" + writeUnhealthy,
                                "read_unhealthy_app_count", "" + readUnhealthy));
    }

    private Sections generalInfo() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode table : tables) {
            rows.add(List.of(
                    table.path("id").asText(),
                    status(table),
                    table.path("name").asText(),
                    "kintsugi",
                    table.path("partitions").asText(),
                    table.path("replicas").asText(),
                    "true",
                    time(table.path("createdAt")),
                    time(table.path("droppedAt")),
                    time(table.path("purgedAt")),
                    "0"));
        }
        return new Sections()
                .table(
                        "general_info",
                        List.of(
                                "app_id",
                                "status",
                                "app_name",
                                "app_type",
                                "partition_count",
                                "replica_count",
                                "is_stateful",
                                "create_time",
                                "drop_time",
                                "drop_expire",
                                "envs_count"),
                        rows);
    }

    /** As in Pegasus, of those that are shown only the ones that serve are counted. */
    private long available() {
        return tables.stream().filter(t -> status(t).equals(AVAILABLE)).count();
    }

    private static String status(JsonNode table) {
        String state = table.path("state").asText();
        return state.equals("Normal") ? AVAILABLE : state.toUpperCase(Locale.ROOT);
    }

    private String time(JsonNode iso) {
        return iso.isTextual() ? TIME.withZone(zone).format(Instant.parse(iso.asText())) : "-";
    }
}
