package io.kintsugi.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The product's source text. */
public final class Sources {
    /** Modules by the package that they begin with. */
    private static final Map<String, String> MODULES = Map.of(
            "io.kintsugi.master", "master", "io.kintsugi.datanode", "datanode-agent", "io.kintsugi.client", "client");

    private final Path root;

    /** @param root of the checkout */
    public Sources(Path root) {
        this.root = root;
    }

    /** Of the checkout that the working directory lies in. */
    public static Sources here() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("datanode-agent"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("not in a checkout: planted bugs need the product's sources");
        }
        return new Sources(at);
    }

    /** The text of each class that the bug is in. */
    Map<String, String> edited(PlantedBug bug) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (PlantedBug.Edit edit : bug.edits()) {
            String text = texts.containsKey(edit.type()) ? texts.get(edit.type()) : read(edit.type());
            texts.put(edit.type(), replaced(bug, edit, text));
        }
        return texts;
    }

    private static String replaced(PlantedBug bug, PlantedBug.Edit edit, String text) {
        Matcher at = anyWrapping(edit.from()).matcher(text);
        List<MatchResult> found = at.results().toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(bug + " is to edit one place of " + edit.type() + " and finds "
                    + found.size() + ": " + edit.from());
        }
        return text.substring(0, found.getFirst().start())
                + edit.to()
                + text.substring(found.getFirst().end());
    }

    private static Pattern anyWrapping(String text) {
        // the formatter may break a line between any two tokens
        return Pattern.compile(Arrays.stream(text.trim().split("\\s+|(?<=[(.])|(?=[.)])"))
                .map(Pattern::quote)
                .collect(Collectors.joining("\\s*")));
    }

    private String read(String type) {
        String module = MODULES.entrySet().stream()
                .filter(m -> type.startsWith(m.getKey() + "."))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module has " + type));
        Path file = root.resolve(module + "/src/main/java/" + type.replace('.', '/') + ".java");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
