package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 * Something happens to a copy's destination in mid-copy, and lasts: the drain notices, takes the copy back and ends well elsewhere. How
 * long that takes is printed beside the same drain without a fault. Tier 1 (processes, gcc); being cut off is tier 2 (namespaces, nft).
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DestinationFaultsTest {
    private static final String MID_COPY = "datanode.seed.after-file";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The default, and as much again for processes that share few cores. */
    private static final Duration DEAD = Duration.ofSeconds(2);

    private ClusterUnderLoad load;
    private FaultShim shim;
    private long undisturbed;

    @BeforeAll
    void start(@TempDir Path home) {
        Tier.requires("DestinationFaultsTest", FaultShim.unavailable());
        shim = FaultShim.build(ProcessCluster.repository(), home.resolve("faults"));
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("destinations", 5, 1, shim.environment(), ClusterUnderLoad.LITTLE_LOG),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 6, 2_000, 8_192));
        load.patience(DEAD);
        undisturbed = drained(Optional.empty());
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
        long disturbed = drained(Optional.of(fault));
        System.out.printf(
                "destination %s: drained elsewhere after %d ms; undisturbed %d ms, polled%n",
                fault, disturbed, undisturbed);
    }

    /** From the moment at which the first copy is half done. @return milliseconds */
    private long drained(Optional<DestinationFault> fault) {
        load.giveBackAll();
        load.awaitAllInSync();
        JsonNode disk = load.aDiskInUse();
        List<String> datanodes = load.cluster.datanodes();
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "1"));
        load.armory.pause(MID_COPY, datanodes);
        long op = load.decommission(disk);
        String destination = await().atMost(PATIENCE)
                .until(() -> load.armory.standing(MID_COPY, datanodes), Optional::isPresent)
                .orElseThrow();
        JsonNode ended;
        long millis;
        try {
            fault.ifPresent(f -> f.begin(load.cluster, shim, destination));
            long begin = System.nanoTime();
            boolean deaf = fault.isPresent() && !fault.get().hears();
            load.armory.off(
                    MID_COPY,
                    datanodes.stream()
                            .filter(d -> !deaf || !d.equals(destination))
                            .toList());
            load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "10"));
            ended = load.awaitEnd(op);
            millis = (System.nanoTime() - begin) / 1_000_000;
        } finally {
            fault.ifPresent(f -> f.end(load.cluster, shim, destination));
            load.armory.off(MID_COPY, datanodes);
        }
        load.awaitAllInSync();
        load.assertDrained(disk, ended);
        fault.ifPresent(f -> assertTakenBack(op));
        assertNothingLeftBehind();
        load.assertNothingLost();
        load.recommission(disk);
        return millis;
    }

    /**
     * The moves are still those that began: a destination was given up, which is counted, and another found. A copy that goes bad before
     * its disk is known to be broken counts as failed instead.
     */
    private void assertTakenBack(long parent) {
        int takenBack = 0;
        for (JsonNode move : load.admin.get("/v1/ops")) {
            if (move.path("parent").asLong() == parent) {
                assertThat(move.path("status").asText()).as("%s", move).isEqualTo("Success");
                takenBack +=
                        move.path("rollbacks").asInt() + move.path("failures").asInt();
                move.path("story")
                        .forEach(end -> System.out.printf(
                                "  %s: %s %s%n",
                                move.path("target").asText(),
                                end.path("end").asText(),
                                end.path("reason").asText()));
            }
        }
        assertThat(takenBack).as("copies taken back by op %s", parent).isPositive();
    }

    /** What had been copied to the destination is deleted when it is back: every replica that a datanode holds is a member's. */
    private void assertNothingLeftBehind() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(load.strayReplicas())
                .isEmpty());
    }
}
