package io.kintsugi.chaos;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two of the points at which a leader may die; the rest are in {@link DrainAtEveryFailpointTest}. Tier 1: processes, no root. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainUnderLeaderKillTest {
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(home, "drain-verify", 5, 8, 2_000);
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"master.move.seeding", "master.move.before-delete-source"})
    void theNextLeaderFinishes(String failpoint) {
        new DrainScenario(load).killedAt(List.of(failpoint), 0);
    }
}
