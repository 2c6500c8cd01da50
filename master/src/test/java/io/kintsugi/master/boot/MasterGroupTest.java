package io.kintsugi.master.boot;

import static io.kintsugi.master.boot.TestMasters.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.ConsensusStatus.State;
import io.kintsugi.master.consensus.Peer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterGroupTest {
    private static final Map<String, String> PLAIN = Map.of();

    @TempDir
    Path dir;

    private static Command node(int i) {
        return new Command.RegisterNode(
                "uuid-" + i, "d" + i, "127.0.0.1:" + (1000 + i), "127.0.0.1:" + (2000 + i), "z", "", List.of());
    }

    @Test
    void isInitialisedOnceAndAnswersEverywhere() throws IOException {
        try (TestMasters masters = new TestMasters(dir, 3, PLAIN)) {
            masters.startAll();
            assertThat(masters.cluster("m2").getString("state")).isIn("uninitialized", "waiting-for-seed");
            await().atMost(LONG)
                    .until(() -> masters.cluster("m2").getString("state").equals("uninitialized"));
            assertThat(masters.request("GET", "m2", "/v1/tables", "").body()).contains("NO_LEADER");

            masters.init();
            String leader = masters.awaitLeader();
            await().atMost(LONG).until(() -> masters.cluster(masters.follower())
                    .getString("state")
                    .equals("ready"));
            JsonObject cluster = masters.cluster(masters.follower());
            assertThat(cluster.getString("leader")).isEqualTo(leader);
            assertThat(cluster.getString("self")).isEqualTo(masters.follower());
            assertThat(cluster.getString("clusterId"))
                    .isEqualTo(masters.master(leader)
                            .consensus()
                            .state()
                            .cluster()
                            .orElseThrow()
                            .id());
            assertThat(cluster.getLong("generation")).isEqualTo(1);
            assertThat(cluster.getJsonArray("masters")).hasSize(3);

            assertThat(masters.request("POST", "m2", "/v1/meta/init", "{}").body())
                    .contains("STORE_EXISTS");
            assertThat(masters.request("GET", "m3", "/metrics", "").body()).contains("raft_applied_index");
            assertThat(masters.request("GET", leader, "/metrics", "").body())
                    .contains("cluster_partitions_differing 0.0");
            assertThat(masters.request("GET", masters.follower(), "/metrics", "")
                            .body())
                    .contains("cluster_partitions_differing NaN");
            assertThat(masters.request("GET", "m3", "/v1/debug/failpoints", "").statusCode())
                    .isEqualTo(200);
            assertThat(masters.request("PUT", "m3", "/v1/debug/failpoints/x?action=pause", "")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void initIsRefusedWhileAMasterIsAway() throws IOException {
        try (TestMasters masters = new TestMasters(dir, 3, PLAIN)) {
            masters.start("m1");
            masters.start("m3");
            assertThat(masters.request("POST", "m1", "/v1/meta/init", "{}").body())
                    .contains("MASTER_UNREACHABLE")
                    .contains("m2");
            assertThat(masters.status("m1").state()).isNotEqualTo(State.READY);
        }
    }

    @Test
    void survivesItsLeadersAndARestartOfAll() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, PLAIN)) {
            Outcome first = masters.propose("r1", node(1));
            assertThat(first.accepted()).isTrue();
            long term = masters.status(masters.awaitLeader()).term();

            masters.kill(masters.awaitLeader());
            assertThat(masters.propose("r2", node(2)).accepted()).isTrue();
            assertThat(masters.propose("r1", node(1)))
                    .as("a retry at another leader")
                    .isEqualTo(first);
            assertThat(masters.status(masters.awaitLeader()).term()).isGreaterThan(term);

            masters.startAll();
            masters.awaitEqualStates();
            masters.killAll();
            masters.startAll();
            assertThat(masters.propose("r2", node(2)).accepted()).isTrue();
            masters.awaitEqualStates();
            assertThat(masters.master("m1").consensus().state().nodes()).hasSize(2);
            assertThat(masters.fatal).isEmpty();
        }
    }

    @Test
    void manyCallersShareEntries() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 1, PLAIN)) {
            String leader = masters.awaitLeader();
            long before = masters.status(leader).appliedIndex();
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                outcomes.add(masters.master(leader).consensus().proposer().propose("n" + i, 0, "test", node(i)));
            }
            List<Long> ids = outcomes.stream()
                    .map(o -> o.orTimeout(LONG.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                            .join()
                            .value())
                    .toList();
            assertThat(ids).doesNotHaveDuplicates().doesNotContain(0L);
            assertThat(masters.status(leader).appliedIndex() - before)
                    .as("entries")
                    .isLessThan(250);
        }
    }

    @Test
    void leadershipIsHandedOver() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, PLAIN)) {
            String to = masters.follower();
            await().atMost(LONG).ignoreExceptions().until(() -> {
                masters.master(masters.awaitLeader()).consensus().transferLeadership(to);
                return true;
            });
            await().atMost(LONG).until(() -> masters.awaitLeader().equals(to));
        }
    }

    /** A group's time may make no long step within a term: nobody would be heeded any more if the leader kept its. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void goesOnAfterAllMachinesSlept(int count) throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, count, PLAIN)) {
            assertThat(masters.propose("r1", node(1)).accepted()).isTrue();
            masters.sleep(Duration.ofHours(9));
            await().atMost(LONG)
                    .until(() -> masters.propose("", new Command.Tick()).accepted());
            assertThat(masters.propose("r2", node(2)).accepted()).isTrue();
            assertThat(masters.fatal).isEmpty();
        }
    }

    @Test
    void aWipedMasterIsSeededAndJoinsAsANewPeer() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, PLAIN)) {
            for (int i = 0; i < 20; i++) {
                masters.propose("r" + i, node(i));
            }
            String victim = masters.follower();
            String old = peer(masters, victim);
            masters.kill(victim);
            masters.wipe(victim);
            masters.start(victim);
            await().atMost(LONG)
                    .until(() -> masters.status(victim).state() == State.READY
                            && masters.status(victim).peers().size() == 3);
            assertThat(peer(masters, victim)).isNotEqualTo(old);
            masters.propose("after", node(99));
            masters.awaitEqualStates();

            // it counts as a voter again, and keeps its store over a restart
            String other = masters.awaitLeader().equals("m1") ? masters.follower() : "m1";
            masters.kill(victim);
            masters.start(victim);
            masters.kill(other.equals(victim) ? masters.awaitLeader() : other);
            assertThat(masters.propose("later", node(100)).accepted()).isTrue();
            masters.awaitEqualStates();
        }
    }

    @Test
    void withOneMasterWipedAndOneDownTheLastOneRefusesToElect() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, PLAIN)) {
            masters.propose("r1", node(1));
            String leader = masters.awaitLeader();
            String wiped = masters.follower();
            String last = List.of("m1", "m2", "m3").stream()
                    .filter(n -> !n.equals(leader) && !n.equals(wiped))
                    .findFirst()
                    .orElseThrow();
            masters.killAll();
            masters.wipe(wiped);
            masters.start(last);
            masters.start(wiped);
            await().atMost(LONG).until(() -> masters.status(wiped).state() == State.WAITING_FOR_SEED);
            long term = masters.status(last).term();
            // several election timeouts go by in which the last one stands (or asks) for election in vain
            await().during(java.time.Duration.ofSeconds(4)).atMost(LONG).until(() -> masters.leader()
                    .isEmpty());
            assertThat(masters.status(last).state()).isEqualTo(State.NO_LEADER);
            assertThat(masters.status(last).term()).as("pre-votes fail").isLessThanOrEqualTo(term + 1);
            assertThat(masters.cluster(last).getString("state")).isEqualTo("no-leader");

            masters.start(leader);
            await().atMost(LONG)
                    .until(() -> masters.status(wiped).state() == State.READY
                            && masters.status(wiped).peers().size() == 3);
            masters.propose("r2", node(2));
            masters.awaitEqualStates();
            assertThat(masters.master(wiped).consensus().state().nodes()).hasSize(2);
        }
    }

    @Test
    void aFollowerThatNeedsFreedLogIsSeededAnew() throws IOException {
        Map<String, String> small =
                Map.of("raft.snapshot.entries", "20", "raft.keep.entries", "0", "raft.segment.size", "64KiB");
        try (TestMasters masters = TestMasters.initialised(dir, 3, small)) {
            String lagging = masters.follower();
            String old = peer(masters, lagging);
            masters.kill(lagging);
            String value = "x".repeat(8_000);
            for (int i = 0; i < 60; i++) {
                masters.propose(
                        "big" + i, new Command.RegisterNode("uuid-" + i, "d" + i, value, "h:1", "z", "", List.of()));
            }
            masters.start(lagging);
            await().atMost(LONG)
                    .until(() -> masters.status(lagging).state() == State.READY
                            && !peer(masters, lagging).equals(old));
            masters.propose("after", node(99));
            masters.awaitEqualStates();
            assertThat(masters.fatal).isEmpty();
        }
    }

    @Test
    void aDataDirectoryHasOneMaster() throws IOException {
        try (TestMasters masters = new TestMasters(dir, 1, PLAIN)) {
            masters.start("m1");
            assertThatThrownBy(() -> MasterServer.start(masters.config("m1")))
                    .hasMessageContaining("is used by the process");
        }
    }

    private static String peer(TestMasters masters, String name) {
        return masters.status(masters.awaitLeader()).peers().stream()
                .filter(p -> p.name().equals(name))
                .map(Peer::id)
                .findFirst()
                .orElse("");
    }
}
