package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.SeedTable;
import java.util.Locale;

/** What there is, in the columns and words of OpenMLDB. */
final class SeedViews {
    private static final String[] UNITS = {"", "K", "M", "G", "T", "P"};

    private SeedViews() {}

    static String tables(JsonNode replicas) {
        var shown = new SeedTable(
                "name",
                "tid",
                "pid",
                "endpoint",
                "role",
                "ttl",
                "is_alive",
                "compress_type",
                "offset",
                "record_cnt",
                "memused");
        for (JsonNode r : replicas) {
            shown.row(
                    r.path("table").asText(),
                    r.path("tableId").asText(),
                    r.path("pid").asText(),
                    r.path("address").asText(),
                    r.path("role").asText(),
                    r.path("ttlMs").asLong() / 60_000 + "min",
                    r.path("alive").asBoolean() ? "yes" : "no",
                    r.path("compression").asText().equals("none") ? "kNoCompress" : "kSnappy",
                    number(r.path("offset")),
                    number(r.path("records")),
                    memory(r.path("bytes").asLong()));
        }
        return shown.render();
    }

    private static String number(JsonNode number) {
        return number.isNumber() ? number.asText() : "-";
    }

    /** {@code 0.000}, {@code 15.099K}. */
    static String memory(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.3f%s", value, UNITS[unit]);
    }

    static String tablets(JsonNode nodes) {
        var shown = new SeedTable("endpoint", "state", "age");
        for (JsonNode n : nodes) {
            shown.row(
                    n.path("address").asText(),
                    n.path("alive").asBoolean() ? "kTabletHealthy" : "kTabletOffline",
                    age(n.path("ageMs").asLong() / 1000));
        }
        return shown.render();
    }

    /** {@code 40s}, {@code 7m}, {@code 3h}, {@code 2d}. */
    static String age(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
