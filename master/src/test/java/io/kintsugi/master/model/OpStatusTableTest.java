package io.kintsugi.master.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of transitions in {@code docs/internals/operations.md} is the one that apply goes by. */
class OpStatusTableTest {
    @Test
    void thePageHasExactlyTheseTransitions() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        String page = Files.readString(root.resolve("docs/internals/operations.md"));
        String table = Arrays.stream(OpStatus.values())
                .map(from -> "| " + name(from) + " | "
                        + (from.next().isEmpty()
                                ? "–"
                                : from.next().stream()
                                        .map(OpStatusTableTest::name)
                                        .collect(Collectors.joining(", ")))
                        + " |\n")
                .collect(Collectors.joining());
        assertThat(page).contains("| from | to |\n|---|---|\n" + table + "\n");
    }

    @Test
    void whatHasEndedGoesNowhereAndEverythingElseCanEnd() {
        for (OpStatus status : OpStatus.values()) {
            assertThat(status.next().isEmpty()).isEqualTo(status.ended());
            assertThat(status.ended() || status.next().contains(OpStatus.CANCELLED))
                    .isTrue();
        }
    }

    private static String name(OpStatus status) {
        return status.name().charAt(0) + status.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
