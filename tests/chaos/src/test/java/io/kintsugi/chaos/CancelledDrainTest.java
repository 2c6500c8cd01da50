package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A datanode's drain is cancelled while 17 of its moves copy, once with the leading master killed at the same time: all of them are taken
 * back, redundancy is never lowered, and the disks can be used again. Times are printed. Tier 1: processes, no root.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CancelledDrainTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOVES = 17;
    private static final String ANSWERS = "master.outcome.send";
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("cancel", 5, 2, Map.of(), ClusterUnderLoad.LITTLE_LOG),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 30, 6_000, 8_192));
        load.admin.patch(
                "/v1/settings", Map.of("DecommissionDpLimit", "" + MOVES, "IncomingCopiesPerDisk", "" + MOVES));
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @Test
    void allMovesAreTakenBackAtOnce() {
        String node = aFullNode();
        try (RedundancyWatch watch = load.watch()) {
            long op = drainThatCopies(node);
            long begin = System.nanoTime();
            load.admin.post("/v1/ops/" + op + "/cancel", Map.of());
            long answered = millisSince(begin);
            awaitNothingUnderWay(op);
            System.out.printf(
                    "cancel of %d running moves: answered after %d ms, all ended after %d ms, polled%n",
                    MOVES, answered, millisSince(begin));
            assertTakenBack(watch, node, op);
        }
    }

    @Test
    void allMovesAreTakenBackThoughTheLeaderIsKilledAtTheCancel() {
        String node = aFullNode();
        try (RedundancyWatch watch = load.watch()) {
            long op = drainThatCopies(node);
            String leader = load.awaitLeader();
            load.armory.pause(ANSWERS, List.of(leader));
            CompletableFuture<JsonNode> cancelled =
                    CompletableFuture.supplyAsync(() -> load.admin.post("/v1/ops/" + op + "/cancel", Map.of()));
            await().atMost(PATIENCE)
                    .until(() -> load.armory.standing(ANSWERS, List.of(leader)).isPresent());
            load.cluster.kill(leader);
            long begin = System.nanoTime();
            load.awaitNextLeader(leader);
            long led = millisSince(begin);
            cancelled.join();
            long answered = millisSince(begin);
            awaitNothingUnderWay(op);
            System.out.printf(
                    "cancel of %d moves, leader killed: the next one after %d ms, answered after %d ms, all ended after %d ms, polled%n",
                    MOVES, led, answered, millisSince(begin));
            load.cluster.startAgain(leader);
            assertTakenBack(watch, node, op);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        }
    }

    private static long millisSince(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    private String aFullNode() {
        load.awaitAllInSync();
        for (JsonNode node : load.admin.get("/v1/nodes")) {
            if (node.path("replicas").asInt() >= MOVES) {
                return node.path("node").asText();
            }
        }
        throw new AssertionError("no datanode has " + MOVES + " replicas: " + load.admin.get("/v1/nodes"));
    }

    /** A drain of whose moves so many copy, and go on copying for a while. */
    private long drainThatCopies(String node) {
        load.admin.patch("/v1/settings", Map.of("CopyBytesPerSecond", "100000"));
        long op = Drain.ofNode(load, node).begin();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> copying() == MOVES);
        return op;
    }

    private long copying() {
        return load.openOps().stream()
                .filter(o -> o.path("kind").asText().equals("Move")
                        && o.path("status").asText().equals("Running")
                        && o.path("step").asText().equals("Added"))
                .count();
    }

    private void awaitNothingUnderWay(long op) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptions()
                .until(() -> load.hasEnded(op) && load.openOps().isEmpty());
    }

    private void assertTakenBack(RedundancyWatch watch, String node, long op) {
        JsonNode ended = load.admin.get("/v1/ops/" + op);
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Cancelled");
        load.assertNothingUnderWay();
        assertThat(watch.looks()).isPositive();
        assertThat(watch.mostMissing())
                .as("in-sync replicas at the worst look: %s", watch.worstAsShown())
                .isZero();
        JsonNode disk = null;
        for (JsonNode each : load.admin.get("/v1/disks")) {
            if (each.path("node").asText().equals(node)) {
                assertThat(each.path("status").asText()).as("%s", each).isEqualTo("Normal");
                disk = each;
            }
        }
        load.admin.patch("/v1/settings", Map.of("CopyBytesPerSecond", "0"));
        assertTakesReplicas(disk);
        load.assertNothingLost();
    }

    /** Of a partition that the datanode doesn't have, a replica moves to this disk. */
    private void assertTakesReplicas(JsonNode disk) {
        String node = disk.path("node").asText();
        for (JsonNode p : load.admin.get("/v1/partitions?table=" + ClusterUnderLoad.TABLE)) {
            boolean there = false;
            for (JsonNode m : p.path("members")) {
                there |= m.path("node").asText().equals(node);
            }
            if (!there) {
                JsonNode from = p.path("members").get(0);
                long op = load.admin
                        .post(
                                "/v1/partitions/decommission",
                                Map.of(
                                        "partition", p.path("id").asText(),
                                        "from",
                                                from.path("node").asText() + ":"
                                                        + from.path("disk").asText(),
                                        "to", node + ":" + disk.path("path").asText()))
                        .path("id")
                        .asLong();
                JsonNode ended = load.awaitEnd(op);
                assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Success");
                return;
            }
        }
        throw new AssertionError("every partition has a replica on " + node);
    }
}
