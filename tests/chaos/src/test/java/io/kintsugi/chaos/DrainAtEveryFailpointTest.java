package io.kintsugi.chaos;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The leader is killed at every step of a move. Tier 1: processes, no root. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainAtEveryFailpointTest {
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(home, "drain-chaos", 5, 12, 5_000);
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master.decommission.marked",
                "master.move.prepare",
                "master.move.seeding",
                "master.move.before-swap",
                "master.move.after-swap",
                "master.move.before-delete-source"
            })
    void theNextLeaderFinishes(String failpoint) {
        new DrainScenario(load).leaderKilledAt(failpoint);
    }
}
