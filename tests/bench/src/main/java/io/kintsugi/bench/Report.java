package io.kintsugi.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects figures, and shows them as a table or as JSON. */
public final class Report {
    private static final String[] HEAD = {
        "name", "figure", "ratio to its baseline", "target", "min – max (samples)", "note"
    };
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public void add(List<Figure> more) {
        figures.addAll(more);
    }

    /** A row that couldn't be measured. */
    public void failed(String row, String why) {
        failures.add(row + ": " + why);
    }

    public boolean complete() {
        return failures.isEmpty();
    }

    public void print(PrintStream out) {
        List<String[]> lines = new ArrayList<>();
        lines.add(HEAD);
        figures.forEach(f -> lines.add(cells(f)));
        int[] width = new int[HEAD.length];
        for (String[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                width[i] = Math.max(width[i], line[i].length());
            }
        }
        for (String[] line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.length; i++) {
                text.append(i == 0 ? "" : " | ").append(String.format("%-" + width[i] + "s", line[i]));
            }
            out.println(text.toString().stripTrailing());
        }
        failures.forEach(f -> out.println("not measured: " + f));
    }

    public void writeJson(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        ArrayNode rows = root.putArray("figures");
        for (Figure f : figures) {
            ObjectNode row = rows.addObject()
                    .put("name", f.name())
                    .put("unit", f.unit())
                    .put("median", f.samples().median());
            f.samples().values().forEach(row.withArray("samples")::add);
            f.ratio().ifPresent(r -> {
                ObjectNode ratio = row.putObject("ratio")
                        .put("baseline", r.baseline())
                        .put("median", r.samples().median());
                r.samples().values().forEach(ratio.withArray("samples")::add);
            });
            f.target().ifPresent(t -> row.putObject("target")
                    .put("of", t.ofRatio() ? "ratio" : "figure")
                    .put(t.atMost() ? "atMost" : "atLeast", t.bound())
                    .put("met", f.met().orElseThrow()));
            row.put("note", f.note());
        }
        failures.forEach(root.putArray("failures")::add);
        Files.writeString(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    }

    private static String[] cells(Figure f) {
        String ratio = f.ratio()
                .map(r -> number(r.samples().median()) + " × " + r.baseline())
                .orElse("");
        String target = f.target()
                .map(t -> (t.ofRatio() ? "ratio " : "")
                        + (t.atMost() ? "≤ " : "≥ ")
                        + number(t.bound())
                        + (f.met().orElseThrow() ? "  met" : "  MISSED"))
                .orElse("");
        String range = number(f.samples().min()) + " – " + number(f.samples().max()) + " ("
                + f.samples().values().size() + ")"
                + f.ratio()
                        .map(r -> "; ratio " + number(r.samples().min()) + " – "
                                + number(r.samples().max()))
                        .orElse("");
        return new String[] {f.name(), number(f.samples().median()) + " " + f.unit(), ratio, target, range, f.note()};
    }

    /** Three significant digits, as people read them. */
    static String number(double value) {
        double size = Math.abs(value);
        String form = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, form, value);
    }
}
