package io.kintsugi.cli.output;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines that change while something goes on. On a terminal they are drawn again in place, cut off at its edge; elsewhere, such as in a
 * log, a line is printed anew when what matters of it has changed.
 */
public final class Screen {
    private static final String ESCAPE = "\u001b[";
    private static final String NO_WRAP = ESCAPE + "?7l";
    private static final String WRAP = ESCAPE + "?7h";
    private static final String CLEAR_LINE = ESCAPE + "K";
    private static final String CLEAR_BELOW = ESCAPE + "J";

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, String> printed = new HashMap<>();
    private int height;

    /** @param terminal whether it understands control sequences */
    public Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * A line.
     *
     * @param id what the line is about
     * @param matters printed again, where nothing can be drawn again, when this has changed
     */
    public record Line(String id, String text, String matters) {}

    /** Shows these lines instead of the last ones. */
    public void draw(List<Line> lines) {
        if (!terminal) {
            print(lines);
            return;
        }
        var frame = new StringBuilder(NO_WRAP).append(up());
        lines.forEach(line -> frame.append(line.text).append(CLEAR_LINE).append('\n'));
        show(frame.append(CLEAR_BELOW).append(WRAP), lines.size());
    }

    private void print(List<Line> lines) {
        for (Line line : lines) {
            if (!line.matters.equals(printed.get(line.id))) {
                out.println(line.text);
            }
        }
        out.flush();
        printed.clear(); // a line that went away is news when it comes back
        lines.forEach(line -> printed.put(line.id, line.matters));
    }

    /** Takes away what is drawn, where that can be done. */
    public void clear() {
        if (terminal && height > 0) {
            show(new StringBuilder(up()).append(CLEAR_BELOW), 0);
        }
    }

    private String up() {
        return height == 0 ? "" : ESCAPE + height + "A\r";
    }

    private void show(StringBuilder frame, int newHeight) {
        out.print(frame);
        out.flush();
        height = newHeight;
    }
}
