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
    private ProcessCluster cluster;
    private Watched watched;
    private TablesUnderLoad tables;

    private void use(ProcessCluster started) {
        cluster = started;
        watched = Watched.of(cluster);
        tables = new TablesUnderLoad(cluster, 2, 1, 2, 3);
    }

    @AfterEach
    void stop() {
        if (tables != null) {
            tables.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void everythingIsRestartedOneByOneAndAllAtOnce(@TempDir Path home) {
        use(ProcessCluster.start(home, "rolling", 3, 3, 1));
        for (String instance : all()) {
            cluster.stop(instance);
            cluster.startAgain(instance);
            awaitWhole();
        }
        System.out.println("rolling restart: " + tables.figures());
        tables.assertNothingLost();
        for (List<String> order : List.of(all(), all().reversed())) {
            cluster.stop(all().toArray(String[]::new));
            cluster.startAgain(order.toArray(String[]::new));
            awaitWhole();
            tables.assertNothingLost();
        }
        System.out.println("stopped and started, twice: " + tables.figures());
    }

    @Test
    void theGuardBringsKilledProcessesBack(@TempDir Path home) {
        use(ProcessCluster.startGuarded(home, "guarded", 1, 3, 1));
        for (String instance : all()) {
            cluster.killAtOnce(instance);
        }
        awaitWhole();
        tables.assertNothingLost();
    }

    private List<String> all() {
        return new ArrayList<>(Stream.concat(cluster.masters().stream(), cluster.datanodes().stream())
                .toList());
    }

    /** All masters and datanodes live, all replicas are in-sync, and clients are served. */
    private void awaitWhole() {
        Watched.until(
                "all masters live",
                () -> watched.mastersAlive() == cluster.masters().size());
        Watched.until("all datanodes live", () -> cluster.datanodes().stream().allMatch(watched::alive));
        watched.awaitAllInSync();
        tables.awaitServed(tables.parts());
        assertThat(tables.parts()).isNotEmpty();
    }
}
