package io.kintsugi.chaos;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes die at every failpoint that a drain can come by, a master and a datanode in each drain, while a disk, a datanode or a
 * partition is drained, of tables with 3, 2 and 1 replicas. The list is the processes' own, so a new point is tested without being named
 * here. {@code -Dfailpoints=REGEX} for some.
 * Tier 1: processes, no root, gcc.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainAtEveryFailpointTest {
    /** Forced recoveries and those of all data or of the metadata have tests of their own; no drain comes by these. */
    private static final String OF_RECOVERIES = "master\\.(recovery|recover-data|rebuild|recovered)\\..*";

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

    /** One of the master's and one of the datanode's for each drain, as far as an undisturbed one comes by both. */
    List<List<String>> failpoints() {
        List<List<String>> drains = new ArrayList<>();
        Deque<String> atDatanode = new ArrayDeque<>(names("d1"));
        for (String atMaster : names("m1")) {
            String other =
                    plain(atMaster) && !atDatanode.isEmpty() && plain(atDatanode.peek()) ? atDatanode.poll() : null;
            drains.add(other == null ? List.of(atMaster) : List.of(atMaster, other));
        }
        atDatanode.forEach(name -> drains.add(List.of(name)));
        return drains;
    }

    private List<String> names(String instance) {
        String some = System.getProperty("failpoints", ".*");
        return load.armory.names(instance).stream()
                .filter(name -> name.matches(some) && !name.matches(OF_RECOVERIES))
                .sorted(Comparator.comparing(name -> !plain(name)))
                .toList();
    }

    private static boolean plain(String failpoint) {
        return Circumstance.leadingTo(failpoint).getFirst() == Circumstance.PLAIN;
    }

    @ParameterizedTest
    @MethodSource("failpoints")
    void theDrainEndsWellAllTheSame(List<String> failpoints) {
        new DrainScenario(load).killedAt(failpoints, turn++);
    }
}
