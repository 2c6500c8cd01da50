package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Processes and disks die under load. Tier 1: processes, no root. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailuresTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(home, "failures", 5, 12, 3_000);
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @BeforeEach
    void healthy() {
        load.awaitAllInSync();
    }

    @Test
    void aDatanodeIsKilledAndReturns() {
        load.patience(Duration.ofSeconds(1));
        load.cluster.kill("d2");
        long begin = System.nanoTime();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> cluster().path("datanodesAlive").asInt() == 4);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> cluster().path("partitionsWithoutPrimary").asInt(-1) == 0);
        System.out.printf(
                "datanode killed -> all partitions have a primary: %d ms, polled%n",
                (System.nanoTime() - begin) / 1_000_000);
        load.assertNothingLost();
        load.patience(ClusterUnderLoad.SHORT_OF_CPU);
        load.cluster.startAgain("d2");
        load.awaitAllInSync();
        load.assertNothingLost();
    }

    @Test
    void everythingIsKilledInTheMiddleOfADrain() {
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "1"));
        JsonNode disk = load.aDiskInUse();
        long op = load.decommission(disk);
        String[] all = Stream.concat(names("m", 3), names("d", 5)).toArray(String[]::new);
        load.cluster.kill(all);
        load.cluster.startAgain(all);
        JsonNode ended = load.awaitEnd(op);
        load.awaitAllInSync();
        load.assertDrained(disk, ended);
        load.assertNothingLost();
        load.recommission(disk);
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "10"));
    }

    @Test
    void aWipedDiskIsReseeded() {
        JsonNode disk = load.aDiskInUse();
        String node = disk.path("node").asText();
        load.cluster.kill(node);
        load.cluster.wipe(Path.of(disk.path("path").asText()));
        load.cluster.startAgain(node);
        load.awaitAllInSync();
        load.assertNothingLost();
    }

    @Test
    void aWipedMasterIsReseededAndNeverVotes() {
        String follower = aFollower();
        load.cluster.kill(follower);
        load.cluster.wipe(load.cluster.dir(follower).resolve("data"));
        load.cluster.startAgain(follower);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        load.assertNothingLost();
    }

    @Test
    void aWipedMasterAndOneLeftMustNotElect() {
        String leader = load.awaitLeader();
        List<String> others = names("m", 3).filter(m -> !m.equals(leader)).toList();
        load.cluster.kill(leader, others.get(0));
        load.cluster.wipe(load.cluster.dir(others.get(0)).resolve("data"));
        load.cluster.startAgain(others.get(0));
        // several election timeouts: what must not happen has to be given the time to happen
        await().during(Duration.ofSeconds(8))
                .atMost(Duration.ofSeconds(30))
                .until(() -> load.admin.leader().isEmpty());
        load.cluster.startAgain(leader);
        load.awaitLeader();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        load.assertNothingLost();
    }

    @Test
    void theLimitOfMovesHoldsOverLeaderChanges() {
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "2"));
        JsonNode disk = load.aDiskInUse();
        try (RedundancyWatch watch = load.watch()) {
            long op = load.decommission(disk);
            for (int kill = 0; kill < 2; kill++) {
                String leader = load.awaitLeader();
                load.cluster.kill(leader);
                load.awaitNextLeader(leader);
                load.cluster.startAgain(leader);
                await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
            }
            load.assertDrained(disk, load.awaitEnd(op));
            assertThat(watch.mostMoves()).isBetween(0, 2);
            assertThat(watch.mostMissing()).as(watch.worstAsShown()).isZero();
        }
        load.assertNothingLost();
        load.recommission(disk);
        load.admin.patch("/v1/settings", Map.of("DecommissionDpLimit", "10"));
    }

    private JsonNode cluster() {
        return load.admin.get("/v1/cluster");
    }

    private String aFollower() {
        String leader = load.awaitLeader();
        return names("m", 3).filter(m -> !m.equals(leader)).findFirst().orElseThrow();
    }

    private static Stream<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i);
    }
}
