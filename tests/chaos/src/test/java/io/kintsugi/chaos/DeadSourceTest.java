package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is drained lies on a datanode that is dead, and the leading master dies on the way. What has another copy moves all the same; what
 * has none waits, says why, and goes on when the datanode is back. Tier 1: processes, no root.
 */
@Tag("chaos")
@Tag("by-hand")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadSourceTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SINGLES = "singles";
    private ClusterUnderLoad load;

    @BeforeAll
    void start(@TempDir Path home) {
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("dead-source", 5, 2, Map.of(), Map.of()),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 8, 1_000, 1_024),
                new ClusterUnderLoad.Filled("pairs", 2, 5, 500, 1_024),
                new ClusterUnderLoad.Filled(SINGLES, 1, 5, 200, 1_024));
        load.patience(Duration.ofSeconds(2));
    }

    @AfterAll
    void stop() {
        if (load != null) {
            load.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk", "node", "partition of pairs"})
    void whatHasAnotherCopyMovesWhatHasNoneWaits(String what) {
        load.giveBackAll();
        load.awaitAllInSync();
        Drain drain = drain(what);
        Set<String> single = onlyCopiesIn(drain);
        load.cluster.kill(drain.node);
        awaitAlive(drain.node, false);
        long op = drain.begin();
        String leader = load.awaitLeader();
        load.cluster.kill(leader);
        load.awaitNextLeader(leader);
        load.cluster.startAgain(leader);
        if (!single.isEmpty()) {
            awaitNothingMoves(op);
        }
        JsonNode before = single.isEmpty() ? load.awaitEnd(op) : load.admin.get("/v1/ops/" + op);
        assertThat(before.path("status").asText().equals("Success"))
                .as("%s", before)
                .isEqualTo(single.isEmpty());
        load.cluster.startAgain(drain.node);
        awaitAlive(drain.node, true);
        JsonNode ended = load.awaitEnd(op);
        load.awaitAllInSync();
        drain.assertDone(ended);
        load.assertNothingLost();
        drain.giveBack();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        System.out.printf("dead source, %s on %s: %d partitions waited for it%n", what, drain.node, single.size());
    }

    private Drain drain(String what) {
        JsonNode disk = load.aDiskInUse();
        return switch (what) {
            case "disk" -> Drain.ofDisk(load, disk);
            case "node" -> Drain.ofNode(load, disk.path("node").asText());
            default -> Drain.ofPartition(load, what.substring(what.lastIndexOf(' ') + 1));
        };
    }

    /** Of these partitions the dead datanode has the only copy. */
    private Set<String> onlyCopiesIn(Drain drain) {
        Set<String> names = new TreeSet<>();
        for (JsonNode p : load.admin.get("/v1/partitions?table=" + SINGLES)) {
            if (drain.concerns(p, p.path("members").get(0))) {
                names.add(SINGLES + "." + p.path("index").asText());
            }
        }
        return names;
    }

    private void awaitAlive(String node, boolean alive) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            for (JsonNode row : load.admin.get("/v1/nodes")) {
                if (row.path("node").asText().equals(node)) {
                    return row.path("alive").asBoolean() == alive;
                }
            }
            return false;
        });
    }

    /** What could move has moved; the rest waits, and the op says for what. */
    private void awaitNothingMoves(long op) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            JsonNode row = load.admin.get("/v1/ops/" + op);
            JsonNode progress = row.path("progress");
            assertThat(progress.path("partitions").path("running").asInt())
                    .as("%s", row)
                    .isZero();
            assertThat(progress.path("waitingFor").toString()).as("%s", row).contains("NO_PRIMARY");
        });
    }
}
