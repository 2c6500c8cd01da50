package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.rate;
import static io.kintsugi.cli.output.Human.seconds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An op that goes on, as lines of a {@link Screen}: a bar, what troubles it, and a line for each child that goes on too. */
public final class OpLines {
    private static final int MAX_CHILDREN = 12;
    private static final String INDENT = "  ";

    private OpLines() {}

    /**
     * The lines.
     *
     * @param troubled which ops' trouble is worth a line: what is over in a moment isn't
     */
    public static List<Screen.Line> of(JsonNode json, List<JsonNode> children, Predicate<OpRow> troubled) {
        var lines = new ArrayList<Screen.Line>();
        add(new OpRow(json), "", troubled, lines);
        List<OpRow> open =
                children.stream().map(OpRow::new).filter(op -> !op.ended()).toList();
        open.stream().limit(MAX_CHILDREN).forEach(op -> add(op, INDENT, troubled, lines));
        if (open.size() > MAX_CHILDREN) {
            String more = INDENT + "and " + (open.size() - MAX_CHILDREN) + " more";
            lines.add(new Screen.Line("more", more, more));
        }
        return lines;
    }

    private static void add(OpRow op, String indent, Predicate<OpRow> troubled, List<Screen.Line> lines) {
        lines.add(new Screen.Line(op.id(), indent + line(op), matters(op)));
        if (troubled.test(op)) {
            trouble(op, indent + INDENT + INDENT, lines);
        }
    }

    private static void trouble(OpRow op, String indent, List<Screen.Line> lines) {
        String why = indent + op.verdict() + ": " + op.why();
        lines.add(new Screen.Line("why " + op.id(), why, why));
        List<String> waits = op.waits();
        if (waits.size() > 1) {
            for (int i = 0; i < waits.size(); i++) {
                String wait = indent + INDENT + waits.get(i);
                lines.add(new Screen.Line("wait " + i + " " + op.id(), wait, wait));
            }
        }
    }

    private static String line(OpRow op) {
        var line = new StringBuilder("op ").append(op.id()).append("  ").append(op.title());
        if (op.percent() >= 0) {
            line.append("  ").append(Bar.of(op.percent()));
        }
        line.append("  ").append(op.state());
        append(line, ", ", op.counts(), "");
        append(line, ", ", op.bytes(), "");
        append(line, ", ", rate(op.progress().path("bytesPerSecond")), "");
        append(line, ", ", seconds(op.progress().path("etaSeconds")), " left");
        return line.toString();
    }

    /** All but what changes all the time: percent counts in tens. */
    private static String matters(OpRow op) {
        return op.state() + op.counts() + (int) (op.percent() / 10);
    }

    private static void append(StringBuilder line, String before, String value, String after) {
        if (!value.equals("-")) {
            line.append(before).append(value).append(after);
        }
    }
}
