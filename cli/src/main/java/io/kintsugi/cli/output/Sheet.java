package io.kintsugi.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Names and values for people, a line each, values aligned. What has no value is left out. */
public final class Sheet {
    private record Line(String name, String value) {}

    private final List<Line> lines = new ArrayList<>();

    /** Adds a line, unless the value is empty or {@code -}. */
    public Sheet line(String name, String value) {
        if (!value.isEmpty() && !value.equals("-")) {
            lines.add(new Line(name, value));
        }
        return this;
    }

    /** All lines, each ended. */
    public String render() {
        int width = lines.stream().mapToInt(line -> line.name.length()).max().orElse(0);
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.name)
                .append(" ".repeat(width - line.name.length() + 2))
                .append(line.value)
                .append('\n'));
        return text.toString();
    }
}
