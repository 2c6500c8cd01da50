package io.kintsugi.chaos;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies at every failpoint that there is, while a disk, a datanode or a partition is drained, of tables with 3, 2 and 1
 * replicas. The list is the processes' own, so a new point is tested without being named here. {@code -Dfailpoints=REGEX} for some.
 * Tier 1: processes, no root, gcc.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainAtEveryFailpointTest {
    private ClusterUnderLoad load;
    private int turn;

    @BeforeAll
    void start(@TempDir Path home) {
        Tier.requires("DrainAtEveryFailpointTest", FaultShim.unavailable());
        Map<String, String> environment =
                new HashMap<>(FaultShim.build(ProcessCluster.repository(), home.resolve("faults"))
                        .environment());
        // flushes are among the points: they come often enough to be met
        environment.put("CHAOS_MASTER_ARGS", "--set raft.snapshot.interval=2s");
        // of singles there is one, so that a disk can always be found that holds none and may be wiped
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("failpoints", 5, 1, environment, ClusterUnderLoad.LITTLE_LOG),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 6, 1_500, 8_192),
                new ClusterUnderLoad.Filled("pairs", 2, 2, 500, 8_192),
                new ClusterUnderLoad.Filled("singles", 1, 1, 500, 8_192));
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    List<String> failpoints() {
        String some = System.getProperty("failpoints", ".*");
        return Stream.of("m1", "d1")
                .flatMap(instance -> load.armory.names(instance).stream())
                .filter(name -> name.matches(some))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("failpoints")
    void theDrainEndsWellAllTheSame(String failpoint) {
        new DrainScenario(load).killedAt(failpoint, turn++);
    }
}
