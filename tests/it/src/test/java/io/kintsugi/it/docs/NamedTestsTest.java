package io.kintsugi.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A page that says "this test holds it off" is only as good as the test's being there. */
class NamedTestsTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]*Test)\\.([a-zA-Z]+)`");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        Map<String, String> tests = tests(root);
        Set<String> missing = new TreeSet<>();
        Matcher named = NAMED.matcher(Files.readString(root.resolve("docs/reference/cubefs-lessons.md"))
                + Files.readString(root.resolve("docs/operate/high-availability.md")));
        int count = 0;
        while (named.find()) {
            count++;
            if (!tests.getOrDefault(named.group(1), "").contains("void " + named.group(2) + "(")) {
                missing.add(named.group(1) + "." + named.group(2));
            }
        }
        assertThat(count).isGreaterThan(30);
        assertThat(missing).isEmpty();
    }

    /** Sources by the class's simple name; of the same name, all of them. */
    private static Map<String, String> tests(Path root) throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(p -> p.toString().endsWith("Test.java"))
                    .filter(p -> !p.toString().contains("/target/"))
                    .toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.merge(name, Files.readString(file), String::concat);
            }
        }
        return sources;
    }
}
