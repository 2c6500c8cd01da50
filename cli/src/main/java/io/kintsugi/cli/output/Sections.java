package io.kintsugi.cli.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Tables under names, as Pegasus' shell prints them: {@code [details]}, titles and rows; {@code [summary]}, a name and a value a line. As JSON an
 * object each, in which a table's rows are objects under their first cell, and every value is text.
 */
public final class Sections {
    private interface Section {
        String name();

        String text();

        ObjectNode json();
    }

    private record Rows(String name, List<String> columns, List<List<String>> rows) implements Section {
        @Override
        public String text() {
            var table = new Table(columns.toArray(String[]::new));
            rows.forEach(row -> table.row(row.toArray()));
            return table.render();
        }

        @Override
        public ObjectNode json() {
            ObjectNode all = Json.object();
            for (List<String> row : rows) {
                String key = row.getFirst();
                for (int again = 2; all.has(key); again++) {
                    key = row.getFirst() + "#" + again; // two rows never become one
                }
                ObjectNode fields = all.putObject(key);
                for (int i = 0; i < row.size(); i++) {
                    fields.put(columns.get(i), row.get(i));
                }
            }
            return all;
        }
    }

    /** Names and values in turn. */
    private record Values(String name, List<String> pairs) implements Section {
        @Override
        public String text() {
            int width = 0;
            for (int i = 0; i < pairs.size(); i += 2) {
                width = Math.max(width, pairs.get(i).length());
            }
            var text = new StringBuilder();
            for (int i = 0; i < pairs.size(); i += 2) {
                text.append(pairs.get(i))
                        .append(" ".repeat(width - pairs.get(i).length()))
                        .append(" : ")
                        .append(pairs.get(i + 1))
                        .append('\n');
            }
            return text.toString();
        }

        @Override
        public ObjectNode json() {
            ObjectNode all = Json.object();
            for (int i = 0; i < pairs.size(); i += 2) {
                all.put(pairs.get(i), pairs.get(i + 1));
            }
            return all;
        }
    }

    private final List<Section> sections = new ArrayList<>();

    /** A table; each row has a cell for each column. */
    public Sections table(String name, List<String> columns, List<List<String>> rows) {
        sections.add(new Rows(name, List.copyOf(columns), List.copyOf(rows)));
        return this;
    }

    /** @param pairs a name and its value in turn */
    public Sections values(String name, List<String> pairs) {
        sections.add(new Values(name, List.copyOf(pairs)));
        return this;
    }

    /** For people and for `awk`: an empty line between sections. */
    public String text() {
        var text = new StringBuilder();
        for (Section section : sections) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append('[')
                    .append(section.name())
                    .append("]\n")
                    .append(section.text());
        }
        return text.toString();
    }

    public ObjectNode json() {
        ObjectNode all = Json.object();
        sections.forEach(section -> all.set(section.name(), section.json()));
        return all;
    }
}
