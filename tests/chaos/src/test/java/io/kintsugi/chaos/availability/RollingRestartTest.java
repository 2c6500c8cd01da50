package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything is restarted: one process after another, all at once and in two orders, and by its guard. Nothing is lost, and all is served
 * again without anybody's doing. Tier 1: processes, no root.
 */
@Tag("chaos")
class RollingRestartTest {
    private Trial trial;

    private void use(ProcessCluster cluster) {
        trial = new Trial(cluster, 2, 1, 2, 3);
    }

    @AfterEach
    void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    @Test
    void everythingIsRestartedOneByOneAndAllAtOnce(@TempDir Path home) {
        use(ProcessCluster.start(home, "rolling", 3, 3, 1));
        for (String instance : all()) {
            trial.cluster.stop(instance);
            trial.cluster.startAgain(instance);
            awaitWhole();
        }
        System.out.println("rolling restart: " + trial.tables.figures());
        trial.tables.assertNothingLost();
        for (List<String> order : List.of(all(), all().reversed())) {
            trial.cluster.stop(all().toArray(String[]::new));
            trial.cluster.startAgain(order.toArray(String[]::new));
            awaitWhole();
            trial.tables.assertNothingLost();
        }
        System.out.println("stopped and started, twice: " + trial.tables.figures());
    }

    @Test
    void theGuardBringsKilledProcessesBack(@TempDir Path home) {
        use(ProcessCluster.startGuarded(home, "guarded", 1, 3, 1));
        for (String instance : all()) {
            trial.cluster.killAtOnce(instance);
        }
        awaitWhole();
        trial.tables.assertNothingLost();
    }

    private List<String> all() {
        return new ArrayList<>(Stream.concat(trial.cluster.masters().stream(), trial.cluster.datanodes().stream())
                .toList());
    }

    /** All masters and datanodes live, all replicas are in-sync, and clients are served. */
    private void awaitWhole() {
        Watched.until(
                "all masters live",
                () -> trial.watched.mastersAlive() == trial.cluster.masters().size());
        Watched.until(
                "all datanodes live", () -> trial.cluster.datanodes().stream().allMatch(trial.watched::alive));
        trial.watched.awaitAllInSync();
        trial.tables.awaitServed(trial.tables.parts());
        assertThat(trial.tables.parts()).isNotEmpty();
    }
}
