package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** How even the cluster is, and what would be done about it, for people. */
public final class BalanceText {
    private BalanceText() {}

    /** By itself or not, what it waits for, and the spread. */
    public static String state(JsonNode s) {
        var sheet = new Sheet();
        sheet.line("by itself", s.path("automatic").asBoolean() ? "on" : "off");
        sheet.line("state", text(s.path("state")) + ": " + text(s.path("message")));
        if (s.hasNonNull("op")) {
            sheet.line("pass", "op " + text(s.path("op")));
        }
        sheet.line("moves open", s.path("moves").size() + " of " + text(s.path("limit")) + " (BalanceLimit)");
        if (s.hasNonNull("next")) {
            JsonNode next = s.path("next");
            sheet.line("next", step(next) + ": " + text(next.path("why")));
        }
        return sheet.render() + "\n" + spread(s.path("spread"));
    }

    /** Every step with its reason, and the spread before and after. */
    public static String plan(JsonNode p) {
        var out = new StringBuilder();
        if (p.path("steps").isEmpty()) {
            out.append("nothing to be done: nothing would make it more even\n");
        } else {
            var table = new Table("STEP", "PARTITION", "FROM", "TO", ">COPIES", "WHY");
            for (JsonNode s : p.path("steps")) {
                boolean move = s.path("kind").asText().equals("move");
                table.row(
                        text(s.path("kind")),
                        text(s.path("partition")),
                        text(s.path("from")),
                        text(s.path("to")),
                        move ? Human.size(s.path("bytes")) : "-",
                        text(s.path("why")));
            }
            out.append(table.render())
                    .append(text(p.path("handOvers")))
                    .append(" hand-overs, ")
                    .append(text(p.path("moves")))
                    .append(" moves of ")
                    .append(Human.size(p.path("bytes")))
                    .append(p.path("complete").asBoolean() ? "\n" : ", and more after that\n");
        }
        if (p.path("untouched").asInt() > 0) {
            out.append(text(p.path("untouched")))
                    .append(" partitions are left alone: not whole, or somebody is at work on them\n");
        }
        if (!p.path("reason").asText().isEmpty()) {
            out.append("nothing is begun now: ").append(text(p.path("message"))).append('\n');
        }
        return out + "\nBEFORE\n" + spread(p.path("before")) + "\nAFTER\n" + spread(p.path("after"));
    }

    private static String step(JsonNode s) {
        return text(s.path("kind")) + " of " + text(s.path("partition")) + " from " + text(s.path("from")) + " to "
                + text(s.path("to"));
    }

    private static String spread(JsonNode spread) {
        var table = new Table("", ">LEAST", "AT", ">MOST", "AT", ">MEAN");
        row(table, "primaries of a datanode", spread.path("primaries"), "");
        row(table, "replicas of a disk", spread.path("replicas"), "");
        row(table, "fill of a disk", spread.path("fill"), " %");
        return table.render();
    }

    private static void row(Table table, String what, JsonNode range, String unit) {
        table.row(
                what,
                number(range.path("least")) + unit,
                text(range.path("leastOf")),
                number(range.path("most")) + unit,
                text(range.path("mostOf")),
                number(range.path("mean")) + unit);
    }

    private static String number(JsonNode n) {
        double value = n.asDouble();
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
