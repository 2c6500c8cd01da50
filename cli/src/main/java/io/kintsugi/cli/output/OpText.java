package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.count;
import static io.kintsugi.cli.output.Human.rate;
import static io.kintsugi.cli.output.Human.seconds;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.List;

/** Ops for people: many in a table, one in full, and how one ended. */
public final class OpText {
    private static final int MAX_CHILDREN = 12;

    private OpText() {}

    /** All of them, a row each. */
    public static String table(JsonNode ops, ZoneId zone) {
        var table = new Table(
                ">ID", "KIND", "TARGET", "STATUS", ">DONE", ">MOVED", "VERDICT", "REASON", "CREATED", "ENDED");
        for (JsonNode json : ops) {
            var op = new OpRow(json);
            table.row(
                    op.id(),
                    text(json.path("kind")),
                    text(json.path("target")),
                    op.state(),
                    op.percentText(),
                    op.moved(),
                    op.verdict(),
                    text(json.path("reason")),
                    time(json.path("createdAt"), zone),
                    time(json.path("endedAt"), zone));
        }
        return table.render();
    }

    /** Those that wait, with what each waits for. */
    public static String waiting(JsonNode ops) {
        if (ops.isEmpty()) {
            return "no op waits\n";
        }
        var table = new Table(">ID", "KIND", "TARGET", "STATUS", "VERDICT", "WAITS FOR");
        for (JsonNode json : ops) {
            var op = new OpRow(json);
            List<String> waits = op.waits();
            table.row(
                    op.id(),
                    text(json.path("kind")),
                    text(json.path("target")),
                    op.state(),
                    op.verdict(),
                    waits.size() > 1 ? waits.get(0) : op.why());
            waits.stream().skip(1).forEach(wait -> table.row("", "", "", "", "", wait));
        }
        return table.render();
    }

    /** All about one. */
    public static String details(JsonNode json, ZoneId zone) {
        var op = new OpRow(json);
        var sheet = new Sheet()
                .line("op", op.id() + ", " + op.title())
                .line("parent", text(json.path("parent")))
                .line("status", op.state())
                .line("progress", op.percent() < 0 ? "-" : Bar.of(op.percent()) + ", " + op.counts())
                .line("copied", op.bytes())
                .line("rate", rate(op.progress().path("bytesPerSecond")))
                .line("left", seconds(op.progress().path("etaSeconds")));
        if (op.isTroubled()) {
            sheet.line(op.verdict(), op.why());
        } else {
            sheet.line("reason", op.reason());
        }
        op.waits().forEach(wait -> sheet.line("waits for", wait));
        sheet.line("tries", tries(json))
                .line("next try", time(json.path("notBefore"), zone))
                .line("weight", text(json.path("weight")))
                .line("acknowledged", json.path("acknowledged").asBoolean() ? "yes" : "-")
                .line("created", time(json.path("createdAt"), zone) + " by " + text(json.path("requestedBy")))
                .line("changed", time(json.path("updatedAt"), zone))
                .line("ended", time(json.path("endedAt"), zone))
                .line("children", children(json));
        String story = story(json, zone);
        return sheet.render() + (story.isEmpty() ? "" : "\n" + story);
    }

    /** What went wrong on the way, oldest first; empty when nothing did. */
    public static String story(JsonNode op, ZoneId zone) {
        if (op.path("story").isEmpty()) {
            return "";
        }
        var table = new Table("AT", "WHAT", "DISK", "REASON", "MESSAGE");
        for (JsonNode part : op.path("story")) {
            table.row(
                    time(part.path("at"), zone),
                    text(part.path("end")),
                    text(part.path("disk")),
                    text(part.path("reason")),
                    text(part.path("message")));
        }
        return table.render();
    }

    /** How it ended, in a line. */
    public static String end(JsonNode json) {
        var op = new OpRow(json);
        var line = new StringBuilder("op ")
                .append(op.id())
                .append("  ")
                .append(op.title())
                .append("  ")
                .append(op.status());
        append(line, ": ", op.counts());
        append(
                line,
                ", ",
                op.bytes().equals("-") ? "-" : Human.size(op.progress().path("bytesDone")));
        append(line, " in ", op.lasted());
        return line.toString();
    }

    private static void append(StringBuilder line, String before, String value) {
        line.append(value.equals("-") ? "" : before + value);
    }

    private static String tries(JsonNode op) {
        long attempts = op.path("attempts").asLong();
        long failures = op.path("failures").asLong();
        long rollbacks = op.path("rollbacks").asLong();
        return attempts + failures + rollbacks == 0
                ? "-"
                : count(attempts, "attempt") + ", " + count(failures, "failure") + ", " + count(rollbacks, "rollback");
    }

    private static String children(JsonNode op) {
        JsonNode children = op.path("children");
        return children.size() <= MAX_CHILDREN
                ? text(children)
                : count(children.size(), "op") + ", see: kintsugi op ls --parent " + text(op.path("id"));
    }
}
