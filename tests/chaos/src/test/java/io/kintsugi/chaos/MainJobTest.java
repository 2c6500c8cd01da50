package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the product exists for: a disk is drained under write load, the leading master is killed while moves run, then the next leader when
 * the first is back. {@code -Dmainjob.keys=100000} for the full size. Tier 1: processes, no root.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(home, "main-job", 5, 24, Integer.getInteger("mainjob.keys", 10_000));
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @Test
    void aDiskIsDrainedUnderLoadWhileTwoLeadersAreKilled() {
        load.awaitAllInSync();
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "1")); // long enough for two leaders
        JsonNode disk = load.aDiskInUse();
        try (RedundancyWatch watch = load.watch()) {
            long before = load.writer.writes();
            long op = load.decommission(disk);
            for (int kill = 0; kill < 2; kill++) {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> movesAreRunning() || load.hasEnded(op));
                String leader = load.awaitLeader();
                load.cluster.kill(leader);
                load.awaitNextLeader(leader);
                load.cluster.startAgain(leader);
                await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
            }
            JsonNode end = load.awaitEnd(op);
            load.assertDrained(disk, end);
            assertThat(watch.looks()).isPositive();
            assertThat(watch.mostMissing())
                    .as("in-sync at the worst look: %s", watch.worstAsShown())
                    .isZero();
            assertThat(load.writer.writes()).as("writes went on").isGreaterThan(before);
            System.out.printf(
                    "main job: %d writes acknowledged, %d unknown, slowest %d ms, %d looks at redundancy, most missing %d, most moves %d%n",
                    load.writer.writes(),
                    load.writer.unknown(),
                    load.writer.slowestMillis(),
                    watch.looks(),
                    watch.mostMissing(),
                    watch.mostMoves());
        }
        load.assertNothingLost();
    }

    private boolean movesAreRunning() {
        for (JsonNode op : load.admin.get("/v1/ops")) {
            if (op.path("kind").asText().equals("Move")
                    && op.path("status").asText().equals("Running")) {
                return true;
            }
        }
        return false;
    }
}
