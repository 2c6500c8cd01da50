package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Something happens to a copy's destination in mid-copy, and lasts: the drain notices, takes the copy back and ends well elsewhere. Tier 1
 * (processes, gcc); being cut off is tier 2 (namespaces, nft).
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DestinationFaultsTest {
    private static final String MID_COPY = "datanode.seed.after-file";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private ClusterUnderLoad load;
    private FaultShim shim;

    @BeforeAll
    void start(@TempDir Path home) {
        Tier.requires("DestinationFaultsTest", FaultShim.unavailable());
        shim = FaultShim.build(ProcessCluster.repository(), home.resolve("faults"));
        Map<String, String> environment = new HashMap<>(shim.environment());
        // more data than log: a new replica is seeded, and doesn't get by with the log
        environment.put("CHAOS_DATANODE_ARGS", "--set replica.log.retain=64KiB --set flush.bytes=256KiB");
        load = new ClusterUnderLoad(home, "destinations", 5, 1, 6, 2_000, 8_192, environment);
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCopyGoesElsewhere(DestinationFault fault) {
        Tier.requires("" + fault, fault.unavailable());
        load.awaitAllInSync();
        JsonNode disk = load.aDiskInUse();
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "1"));
        load.armory.pause(MID_COPY, load.cluster.datanodes());
        long op = load.decommission(disk);
        String destination = await().atMost(PATIENCE)
                .until(() -> load.armory.standing(MID_COPY, load.cluster.datanodes()), Optional::isPresent)
                .orElseThrow();
        fault.begin(load.cluster, shim, destination);
        long begin = System.nanoTime();
        load.armory.off(MID_COPY, load.cluster.datanodes());
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "10"));
        JsonNode ended = load.awaitEnd(op);
        System.out.printf(
                "destination %s: drained elsewhere after %d ms, polled%n",
                fault, (System.nanoTime() - begin) / 1_000_000);
        fault.end(load.cluster, shim, destination);
        load.awaitAllInSync();
        load.assertDrained(disk, ended);
        assertRolledBack(op);
        assertNothingLeftBehind();
        load.assertNothingLost();
        load.recommission(disk);
    }

    /** The move is still the one that began: it gave up one destination, which is counted, and found another. */
    private void assertRolledBack(long parent) {
        int rollbacks = 0;
        for (JsonNode move : load.admin.get("/v1/ops")) {
            if (move.path("parent").asLong() == parent) {
                assertThat(move.path("status").asText()).as("%s", move).isEqualTo("Success");
                rollbacks += move.path("rollbacks").asInt();
            }
        }
        assertThat(rollbacks).as("rollbacks of the moves of op %s", parent).isPositive();
    }

    /** What had been copied to the destination is deleted when it is back: every replica that a datanode holds is a member's. */
    private void assertNothingLeftBehind() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(load.strayReplicas())
                .isEmpty());
    }
}
