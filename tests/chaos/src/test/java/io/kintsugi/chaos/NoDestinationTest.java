package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drain that has nowhere to go waits, says why, and goes on by itself when a datanode joins. Tier 1: processes, no root. */
@Tag("chaos")
class NoDestinationTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private ClusterUnderLoad load;

    @BeforeEach
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("nowhere", 3, 1, Map.of(), Map.of()),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 4, 500, 200));
    }

    @AfterEach
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @Test
    void itWaitsWithAReasonAndGoesOnWhenADatanodeIsAdded() {
        load.awaitAllInSync();
        JsonNode disk = load.aDiskInUse();
        long op = load.decommission(disk);
        JsonNode waits = await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> load.admin.get("/v1/ops/" + op),
                        o -> o.path("reason").asText().equals("NO_DESTINATION"));
        assertThat(waits.path("message").asText()).contains("add a datanode");
        assertThat(movesHoldingATokenOf(op)).as("waiting holds no token").isZero();
        String added = load.cluster.addDatanode();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> joined(added));
        long joined = System.nanoTime();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> load.hasEnded(op) || movesHoldingATokenOf(op) > 0);
        System.out.printf(
                "datanode added -> the drain goes on: %d ms after it has joined, polled%n",
                (System.nanoTime() - joined) / 1_000_000);
        load.assertDrained(disk, load.awaitEnd(op));
        load.assertNothingLost();
    }

    private boolean joined(String datanode) {
        for (JsonNode node : load.admin.get("/v1/nodes")) {
            if (node.path("node").asText().equals(datanode)) {
                return node.path("alive").asBoolean();
            }
        }
        return false;
    }

    private int movesHoldingATokenOf(long parent) {
        int moves = 0;
        for (JsonNode op : load.admin.get("/v1/ops")) {
            String status = op.path("status").asText();
            moves += op.path("parent").asLong() == parent && (status.equals("Prepare") || status.equals("Running"))
                    ? 1
                    : 0;
        }
        return moves;
    }
}
