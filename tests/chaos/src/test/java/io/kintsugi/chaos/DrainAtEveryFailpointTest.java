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
 * A process dies at every failpoint that there is: the list is the processes' own, so a new point is tested without being named here.
 * {@code -Dfailpoints=REGEX} for some. Tier 1: processes, no root, gcc.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainAtEveryFailpointTest {
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        Tier.requires("DrainAtEveryFailpointTest", FaultShim.unavailable());
        Map<String, String> environment =
                new HashMap<>(FaultShim.build(ProcessCluster.repository(), home.resolve("faults"))
                        .environment());
        // flushes are among the points: they come often enough to be met
        environment.put("CHAOS_MASTER_ARGS", "--set raft.snapshot.interval=2s");
        // more data than log: a new replica is seeded, and doesn't get by with the log
        environment.put("CHAOS_DATANODE_ARGS", "--set replica.log.retain=64KiB --set flush.bytes=256KiB");
        load = new ClusterUnderLoad(home, "failpoints", 5, 1, 8, 2_000, 8_192, environment);
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
        new DrainScenario(load).killedAt(failpoint);
    }
}
