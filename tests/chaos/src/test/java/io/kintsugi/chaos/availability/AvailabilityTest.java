package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables of 1, 2 and 3 replicas on four datanodes lose one, two and three of them: each partition is served or isn't as its {@link Row} says,
 * comes back by itself, and has all that was acknowledged. {@code -Davailability=REGEX} takes the losses of that name, also those that aren't
 * part of every run. Tier 1: processes, no root.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AvailabilityTest {
    private Trial trial;

    @BeforeAll
    void start(@TempDir Path home) {
        trial = new Trial(ProcessCluster.start(home, "availability", 1, 4, 1), 4, 1, 2, 3);
    }

    @AfterAll
    void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    /** A loss that didn't go as it should is not to be the next one's failure. */
    @AfterEach
    void startThoseThatAreDead() {
        String[] dead = trial.cluster.datanodes().stream()
                .filter(d -> !trial.watched.alive(d))
                .toArray(String[]::new);
        if (dead.length > 0) {
            trial.cluster.startAgain(dead);
        }
    }

    static Stream<Loss> losses() {
        String wanted = System.getProperty("availability");
        return wanted == null
                ? Loss.EVERY_RUN.stream()
                : Stream.concat(Loss.EVERY_RUN.stream(), Loss.BY_NAME.stream())
                        .filter(loss -> loss.name().matches(wanted));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void eachPartitionIsServedAndKeptAsItsRowSays(Loss loss) {
        trial.watched.awaitAllInSync();
        trial.tables.write(loss.written());
        long begin = System.nanoTime();
        Set<Row> seen;
        try {
            seen = new Outage(loss, trial.watched, trial.tables).run();
        } finally {
            trial.tables.write(true);
        }
        trial.tables.assertNothingLost();
        assertThat(seen).containsAll(loss.shows());
        System.out.printf(
                "%s: %d ms, %d rows; %s%n",
                loss, (System.nanoTime() - begin) / 1_000_000, seen.size(), trial.tables.figures());
    }
}
