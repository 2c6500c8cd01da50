package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;

/** What recovering all data would do, and how it ended, for people. */
public final class RescueText {
    private RescueText() {}

    /** What may be lost comes first, then who waits. */
    public static String plan(JsonNode plan) {
        JsonNode counts = plan.path("counts");
        var text = new StringBuilder();
        if (plan.hasNonNull("op")) {
            text.append("op ").append(text(plan.path("op"))).append(" recovers data already: this joins it.\n");
        }
        text.append(text(counts.path("total")))
                .append(" partitions: ")
                .append(text(counts.path("healthy")))
                .append(" need nothing, ")
                .append(text(counts.path("letsIn")))
                .append(" let members in, ")
                .append(text(counts.path("elects")))
                .append(" elect an in-sync replica, ")
                .append(text(counts.path("chooses")))
                .append(" have only a replica that isn't in-sync, ")
                .append(text(counts.path("waits")))
                .append(" wait.\nautomatic failover is off meanwhile, and ")
                .append(plan.path("autoFailover").asBoolean() ? "on again" : "off, as it is now,")
                .append(" at the end.\n");
        if (!plan.path("partitions").isEmpty()) {
            var table = new Table("PARTITION", "DOES", "WITH", "MAY BE LOST");
            plan.path("partitions").forEach(row -> row(table, row));
            text.append('\n').append(table.render());
        }
        plan.path("partitions").forEach(row -> awaited(text, row));
        return text.toString();
    }

    private static void row(Table table, JsonNode row) {
        String does = row.path("outcome").asText();
        table.row(
                text(row.path("partition")),
                switch (does) {
                    case "Chooses" -> "goes on with what is left";
                    case "Elects" -> "elects";
                    case "LetsIn" -> "lets in";
                    default -> "waits";
                },
                does.equals("LetsIn") ? text(row.path("letIn")) : or(row.path("with"), "-"),
                switch (does) {
                    case "Chooses" -> text(row.path("loss"));
                    case "Waits" -> "-";
                    default -> "nothing";
                });
    }

    private static void awaited(StringBuilder text, JsonNode row) {
        String does = row.path("outcome").asText();
        if (does.equals("Waits")) {
            text.append('\n')
                    .append(text(row.path("partition")))
                    .append(" waits: ")
                    .append(text(row.path("message")));
            text.append('\n');
            list(text, "  to be brought back: ", row.path("awaited"));
        } else if (does.equals("Chooses") && !row.path("awaited").isEmpty()) {
            text.append('\n').append(text(row.path("partition"))).append(" would lose less with one of these back:\n");
            list(text, "  ", row.path("awaited"));
        }
        list(text, "  set aside, node backups restores it: ", row.path("backups"));
    }

    private static void list(StringBuilder text, String before, JsonNode lines) {
        lines.forEach(line -> text.append(before).append(text(line)).append('\n'));
    }

    private static String or(JsonNode value, String otherwise) {
        return value.asText().isEmpty() ? otherwise : value.asText();
    }

    /** The comparison of all replicas, and what isn't as it should be. */
    public static String verified(JsonNode rows, JsonNode check, ZoneId zone) {
        int same = 0;
        for (JsonNode row : rows) {
            same += row.path("status").asText().equals("same") ? 1 : 0;
        }
        var text = new StringBuilder(
                "verified: the replicas of " + same + " of " + rows.size() + " partitions hold the same\n");
        if (VerifyText.differ(rows)) {
            text.append(VerifyText.of(rows, zone));
        }
        if (!check.path("ok").asBoolean()) {
            text.append("still to be seen to (partition check):\n").append(CheckText.of(check));
        }
        return text.toString();
    }
}
