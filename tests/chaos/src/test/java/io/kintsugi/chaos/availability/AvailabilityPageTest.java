package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The page's table is the one that is tested, row by row, and each row names a loss that comes by it in every run. */
class AvailabilityPageTest {
    @Test
    void thePageHasTheRowsThatAreTested() throws IOException {
        String page = Files.readString(ProcessCluster.repository().resolve("docs/operate/high-availability.md"));
        List<String> lines =
                page.lines().filter(l -> l.matches("\\| [123] \\|.*")).toList();
        assertThat(lines).hasSameSizeAs(Row.ALL);
        for (int i = 0; i < lines.size(); i++) {
            Row row = Row.ALL.get(i);
            assertThat(lines.get(i)).startsWith(row.onThePage());
            List<String> losses = Loss.EVERY_RUN.stream()
                    .filter(loss -> loss.shows().contains(row))
                    .map(Loss::name)
                    .toList();
            assertThat(losses).as("losses that come by %s", row).isNotEmpty();
            assertThat(lines.get(i)).contains(losses);
        }
    }

    @Test
    void everyLossHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        Loss.EVERY_RUN.forEach(loss -> assertThat(names.add(loss.name())).isTrue());
        Loss.BY_NAME.forEach(loss -> assertThat(names.add(loss.name())).isTrue());
    }
}
