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

/** Whoever reads a reason at three in the morning finds it in the troubleshooting page. */
class ReasonCodesTest {
    /** A reason, a finding that isn't "ok", a check of health. */
    private static final Pattern REASON =
            Pattern.compile("(?:Reason\\s*\\.(?:of|passing)\\(|Finding\\s*\\.(?:waits|problem)\\("
                    + "|rollback\\(|check\\(\\s*checks,\\s*[A-Z]+,|new Check\\()\\s*\"([A-Z_]+)\"");

    @Test
    void everyReasonOfTheMasterIsExplained() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        String page = Files.readString(root.resolve("docs/troubleshoot/README.md"));
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(root.resolve("master/src/main/java"))) {
            for (Path file : walk.filter(p -> p.toString().endsWith(".java")).toList()) {
                Matcher m = REASON.matcher(Files.readString(file));
                while (m.find()) {
                    codes.add(m.group(1));
                }
            }
        }
        assertThat(codes).hasSizeGreaterThan(50);
        assertThat(codes).allSatisfy(code -> assertThat(page).contains("`" + code + "`"));
    }
}
