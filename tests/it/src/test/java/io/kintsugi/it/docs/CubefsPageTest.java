package io.kintsugi.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about the compatible API tells of every path and every reason that the adapter has. */
class CubefsPageTest {
    private static final Pattern PATH = Pattern.compile("\"(/[a-zA-Z]+(?:/[A-Za-z]+)+)\"");
    private static final Pattern REASON = Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+)(?:\"|:)");
    private static final Pattern REFUSAL = Pattern.compile("^    ([A-Z]+(?:_[A-Z]+)+)\\(", Pattern.MULTILINE);

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher m = pattern.matcher(text);
        while (m.find()) {
            found.add(m.group(1));
        }
        return found;
    }

    @Test
    void everyPathAndEveryReasonIsThere() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        String page = Files.readString(root.resolve("docs/reference/cubefs-compat.md"));
        StringBuilder sources = new StringBuilder();
        Path adapter = root.resolve("master/src/main/java/io/kintsugi/master/transport/cubefs");
        try (Stream<Path> walk = Files.list(adapter)) {
            for (Path file : walk.toList()) {
                if (!file.endsWith("Codes.java")) {
                    sources.append(Files.readString(file));
                }
            }
        }
        Set<String> paths = found(PATH, sources.toString());
        Set<String> reasons = found(REASON, sources.toString());
        reasons.addAll(found(REFUSAL, Files.readString(adapter.resolve("NotYet.java"))));
        assertThat(paths).hasSizeGreaterThan(50);
        assertThat(reasons).hasSizeGreaterThan(20);
        assertThat(paths).allSatisfy(path -> assertThat(page).contains("`" + path + "`"));
        assertThat(reasons).allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
    }
}
