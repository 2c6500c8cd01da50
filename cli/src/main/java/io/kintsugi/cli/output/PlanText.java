package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.count;
import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;

/** What a decommission would do, for people: plans, and the short question before it. */
public final class PlanText {
    private PlanText() {}

    /** What it comes to, each move in its order, and what can't be moved and why. */
    public static String plan(JsonNode plan) {
        var text = new StringBuilder("plan for ")
                .append(text(plan.path("target")))
                .append(": ")
                .append(amount(plan))
                .append(", ")
                .append(plan.path("possible").asBoolean() ? "possible" : "NOT possible as things stand");
        if (plan.path("leastRedundancy").isNumber() && !plan.path("moves").isEmpty()) {
            text.append("; in-sync replicas of a partition at the least: ").append(text(plan.path("leastRedundancy")));
        }
        text.append('\n');
        for (JsonNode note : plan.path("notes")) {
            text.append("  ").append(text(note)).append('\n');
        }
        if (!plan.path("moves").isEmpty()) {
            text.append('\n').append(moves(plan.path("moves")));
        }
        if (!plan.path("blockers").isEmpty()) {
            text.append('\n').append(stops(plan.path("blockers")));
        }
        return text.append("\nNothing was changed.\n").toString();
    }

    /** Whether it may be done, and what stops it. */
    public static String drainCheck(JsonNode check) {
        boolean may = check.path("mayDrain").asBoolean();
        String message = text(check.path("message"));
        return text(check.path("target")) + (may ? " may be drained" : " may NOT be drained") + ": " + amount(check)
                + "\n"
                + (may || message.equals("-") ? "" : "  " + message + "\n")
                + (check.path("stoppedBy").isEmpty() ? "" : "\n" + stops(check.path("stoppedBy")));
    }

    /** What taking a replica out would come to. */
    public static String removal(JsonNode plan) {
        boolean possible = plan.path("possible").asBoolean();
        return new Sheet()
                        .line("partition", text(plan.path("partition")))
                        .line("replica", text(plan.path("replica")))
                        .line("possible", possible ? "yes" : "no: " + text(plan.path("message")))
                        .line("target", text(plan.path("target")) + " → " + text(plan.path("newTarget")))
                        .line("in-sync", text(plan.path("inSyncNow")) + " → " + text(plan.path("inSyncThen")))
                        .line("primary", text(plan.path("newPrimary")))
                        .render()
                + "\nNothing was changed.\n";
    }

    /** What another primary would come to. */
    public static String primary(JsonNode plan) {
        boolean possible = plan.path("possible").asBoolean();
        return new Sheet()
                        .line("partition", text(plan.path("partition")))
                        .line("possible", possible ? "yes" : "no: " + text(plan.path("message")))
                        .line("primary", text(plan.path("from")) + (possible ? " → " + text(plan.path("to")) : ""))
                        .render()
                + "\nNothing was changed.\n";
    }

    private static String amount(JsonNode plan) {
        return count(plan.path("partitions").asLong(), "partition") + ", " + size(plan.path("bytes"));
    }

    private static String moves(JsonNode moves) {
        var table =
                new Table(">ORDER", ">WAVE", "PARTITION", ">BYTES", "FROM", "TO", ">IN-SYNC", ">AT LEAST", "REASON");
        for (JsonNode move : moves) {
            table.row(
                    move.path("order").asLong() > 0 ? text(move.path("order")) : "-",
                    move.path("wave").asLong() > 0 ? text(move.path("wave")) : "-",
                    text(move.path("partition")),
                    size(move.path("bytes")),
                    text(move.path("source")),
                    text(move.path("destination")),
                    text(move.path("inSyncNow")),
                    text(move.path("inSyncLeast")),
                    text(move.path("reason")));
        }
        return table.render();
    }

    private static String stops(JsonNode stops) {
        var table = new Table("STOPPED BY", "REASON", "MESSAGE");
        for (JsonNode stop : stops) {
            table.row(text(stop.path("partition")), text(stop.path("reason")), text(stop.path("message")));
        }
        return table.render();
    }
}
