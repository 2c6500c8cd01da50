package io.kintsugi.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lints the repository: what a compiler doesn't refuse, but we do. Each finding says what to do instead. */
class TidyTest {
    private static final Path ROOT = root();
    private static final int MAX_FILE = 600;
    private static final int MAX_METHOD = 60;
    private static final int MAX_LINE = 150;

    /** A call that is banned, what to use instead, and which files may use it all the same. */
    private record Ban(String pattern, String instead, String allowedIn) {}

    private static final List<Ban> BANS = List.of(
            new Ban(
                    "System\\.(currentTimeMillis|nanoTime)\\(",
                    "io.kintsugi.common.Clock",
                    "/SystemClock\\.java|/src/test/|/tests/|/cli/"),
            new Ban(
                    "\\bInstant\\.now\\(|LocalDateTime\\.now\\(",
                    "io.kintsugi.common.Clock",
                    "/src/test/|/tests/|/cli/"),
            new Ban("\\bMath\\.random\\(", "a seeded random number generator that is handed in", "never"),
            new Ban("\\.printStackTrace\\(", "a logger", "never"),
            new Ban("Thread\\.sleep\\(", "a condition with a deadline (Awaitility in tests)", "/cli/|/tests/bench/"),
            new Ban("System\\.exit\\(", "an exit code returned to main", "Main\\.java"),
            new Ban("\\.ordinal\\(\\)", "an explicit wire number", "/tests/|/src/test/"),
            new Ban("catch \\((Exception|Throwable) ignored", "handling it, or a comment and a narrower type", "never"),
            new Ban("@Disabled", "mending the test, or removing it", "never"),
            new Ban("\\bFIX" + "ME\\b|\\bXX" + "X\\b", "an honest sentence in the docs, or the fix", "never"));

    @Test
    void noFileIsTooLong() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_FILE) {
                found.add(file + " has " + lines + " lines: split it by purpose (at most " + MAX_FILE + ")");
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noLineIsTooLong() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.length() > MAX_LINE) {
                    found.add(file + ":" + number + " has " + line.length() + " characters (at most " + MAX_LINE + ")");
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noMethodIsTooLong() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            found.addAll(longMethods(file, Files.readAllLines(file)));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noBannedCall() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = Files.readAllLines(file);
            for (Ban ban : BANS) {
                if (Pattern.compile(ban.allowedIn)
                                .matcher("/" + ROOT.relativize(file))
                                .find()
                        || file.endsWith("TidyTest.java")) {
                    continue;
                }
                Pattern pattern = Pattern.compile(ban.pattern);
                for (int i = 0; i < lines.size(); i++) {
                    if (pattern.matcher(withoutComment(lines.get(i))).find()) {
                        found.add(file + ":" + (i + 1) + " uses " + ban.pattern + ": use " + ban.instead);
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theLinterFindsALongMethod() {
        List<String> lines = new ArrayList<>(List.of("class A {", "    void f() {"));
        for (int i = 0; i < MAX_METHOD + 1; i++) {
            lines.add("        i++;");
        }
        lines.addAll(List.of("    }", "}"));
        assertThat(longMethods(Path.of("A.java"), lines)).hasSize(1);
    }

    /** A method is what a line that ends in ") {" begins, unless it makes an object, up to the brace at the indentation of its first line. */
    private static List<String> longMethods(Path file, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).matches(".*\\)( throws [\\w., ]+)? \\{")) {
                continue;
            }
            int first = i;
            while (first > 0 && i - first < 40 && !lines.get(first).contains("(")) {
                first--;
            }
            String signature = lines.get(first);
            String indent = signature.substring(
                    0, signature.length() - signature.stripLeading().length());
            boolean method = (indent.length() == 4 || indent.length() == 8)
                    && !signature.matches(
                            ".*\\b(class|record|interface|enum|if|for|while|switch|try|synchronized|else|do|catch|new)\\b.*");
            int end = i + 1;
            while (method && end < lines.size() && !lines.get(end).equals(indent + "}")) {
                end++;
            }
            if (method && end - i - 1 > MAX_METHOD) {
                found.add(file + ":" + (first + 1) + " is a method of " + (end - i - 1) + " lines (at most "
                        + MAX_METHOD + ")");
            }
        }
        return found;
    }

    private static String withoutComment(String line) {
        String trimmed = line.trim();
        return trimmed.startsWith("*") || trimmed.startsWith("/*") || trimmed.startsWith("//") ? "" : line;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> walk = Files.walk(ROOT)) {
            List<Path> result = walk.filter(p -> p.toString().endsWith(".java"))
                    .filter(p -> !p.toString().contains("/target/"))
                    .sorted()
                    .toList();
            assertThat(result).hasSizeGreaterThan(50);
            return result;
        }
    }

    private static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        while (!Files.exists(dir.resolve("LICENSE"))) {
            dir = dir.getParent();
        }
        return dir;
    }
}
