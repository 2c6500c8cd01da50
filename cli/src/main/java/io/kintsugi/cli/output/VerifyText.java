package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;

/** What comparing replicas found, for people. */
public final class VerifyText {
    private VerifyText() {}

    /** A row for each partition; of those that differ, one for each replica too. */
    public static String of(JsonNode partitions, ZoneId zone) {
        var table = new Table("PARTITION", "REPLICAS", ">RECORDS", ">BYTES", ">ENTRY", "COUNTED AT", "");
        for (JsonNode p : partitions) {
            boolean known = p.hasNonNull("at");
            table.row(
                    text(p.path("partition")),
                    status(p),
                    known ? text(p.path("records")) : "-",
                    known ? text(p.path("bytes")) : "-",
                    known ? text(p.path("entry")) : "-",
                    Human.time(p.path("at"), zone),
                    p.path("counting").asBoolean() ? "being counted" : "");
            if (differs(p)) {
                p.path("replicas").forEach(r -> replica(table, r, p.path("ranges")));
            }
        }
        return table.render();
    }

    private static String status(JsonNode p) {
        return switch (text(p.path("status"))) {
            case "same" -> "hold the same";
            case "differs" -> p.path("confirmed").asBoolean() ? "DIFFER" : "differ, by one count";
            default -> "never compared";
        };
    }

    private static void replica(Table table, JsonNode r, JsonNode ranges) {
        boolean counted = r.path("entry").asLong() != 0;
        boolean odd = r.hasNonNull("same") && !r.path("same").asBoolean();
        table.row(
                "  " + text(r.path("disk")),
                !counted ? "not counted" : odd ? "holds something else" : "as most",
                counted ? text(r.path("records")) : "-",
                counted ? text(r.path("bytes")) : "-",
                counted ? text(r.path("entry")) : "-",
                "",
                odd && !ranges.isEmpty() ? "ranges " + text(ranges) : "");
    }

    /** Whether a comparison isn't done. */
    public static boolean counting(JsonNode partitions) {
        for (JsonNode p : partitions) {
            if (p.path("counting").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    /** Whether any replicas don't hold the same. */
    public static boolean differ(JsonNode partitions) {
        for (JsonNode p : partitions) {
            if (differs(p)) {
                return true;
            }
        }
        return false;
    }

    private static boolean differs(JsonNode p) {
        return text(p.path("status")).equals("differs");
    }
}
