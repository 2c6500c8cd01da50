package io.kintsugi.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * A table as the documents print it that Kintsugi comes from: lower-case titles, a rule of dashes below them, two spaces before each cell. Scripts
 * that read those read these.
 */
public final class SeedTable {
    private final List<List<String>> rows = new ArrayList<>();

    public SeedTable(String... titles) {
        rows.add(List.of(titles));
    }

    /** A row with a cell for each title. */
    public SeedTable row(Object... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + rows.getFirst().size());
        }
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    public String render() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append("  ")
                        .append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (row == rows.getFirst()) {
                text.append("-".repeat(line.length())).append('\n');
            }
        }
        return text.toString();
    }
}
