package io.kintsugi.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A list of bugs, as text: for each a line {@code NAME (area)}, indented what is wrong, and its edits: {@code in} a class, what is taken out
 * with {@code -} and what is put in with {@code +} at the beginning of a line. Text may go on over several lines. {@code #} begins a comment.
 */
public final class Catalog {
    private final List<PlantedBug> bugs = new ArrayList<>();
    private String name = "";
    private String area = "";
    private String what = "";
    private List<PlantedBug.Edit> edits = new ArrayList<>();

    private Catalog() {}

    /** Reads a resource that lies beside the class. */
    public static List<PlantedBug> read(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no " + resource + " beside " + beside);
            }
            Catalog catalog = new Catalog();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(catalog::line);
            catalog.end();
            return List.copyOf(catalog.bugs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bug of this name. */
    public static Optional<PlantedBug> named(List<PlantedBug> bugs, String name) {
        return bugs.stream().filter(bug -> bug.name().equals(name)).findFirst();
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        String text = line.substring(1).trim();
        switch (line.charAt(0)) {
            case ' ' -> what = joined(what, text);
            case '-' -> last(last -> new PlantedBug.Edit(last.type(), joined(last.from(), text), last.to()));
            case '+' -> last(last -> new PlantedBug.Edit(last.type(), last.from(), joined(last.to(), text)));
            default -> {
                if (line.startsWith("in ")) {
                    edits.add(new PlantedBug.Edit(line.substring(3).trim(), "", ""));
                } else {
                    end();
                    name = line.substring(0, line.indexOf(' '));
                    area = line.substring(line.indexOf('(') + 1, line.indexOf(')'));
                }
            }
        }
    }

    private void last(UnaryOperator<PlantedBug.Edit> change) {
        edits.set(edits.size() - 1, change.apply(edits.getLast()));
    }

    private static String joined(String before, String more) {
        return before.isEmpty() ? more : before + " " + more;
    }

    private void end() {
        if (!name.isEmpty()) {
            bugs.add(new PlantedBug(name, area, what, edits));
        }
        name = "";
        what = "";
        edits = new ArrayList<>();
    }
}
