package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Tries;
import io.kintsugi.master.sim.FakeDatanode;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.view.SoftState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real core, control loop and services against datanodes that play the protocol, on virtual time. */
class ControlLoopTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void aNewTableIsServed() {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 8, 3);
        assertThat(c.partitions()).hasSize(8).allSatisfy(p -> assertThat(
                        p.members().stream().map(m -> m.node()).distinct())
                .hasSize(3));
    }

    @Test
    void aTableThatCannotBePlacedIsRefusedWithNumbers() {
        SimCluster c = new SimCluster(2, 1);
        assertThatThrownBy(() -> c.createTable("t", 8, 3))
                .hasMessageContaining("3 replicas")
                .hasMessageContaining("there are 2");
    }

    @Test
    void partitionsOfADeadNodeHaveAPrimaryWithinThreeSecondsAndItComesBackInSync() {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 16, 3);
        c.node("d2").kill();
        int dead = c.masters().state().nodeByName("d2").orElseThrow().id();
        c.run("all have primaries", SOON, () -> c.partitions().stream()
                .allMatch(p -> c.view().served(p)));
        c.run("the dead node's are out of in-sync", SOON, () -> c.partitions().stream()
                .allMatch(p -> p.all().stream().noneMatch(m -> m.node() == dead && p.isInSync(m.replica()))));
        c.node("d2").start();
        c.run("it is in-sync again", Duration.ofSeconds(10), c::healthy);
    }

    @Test
    void everythingKilledAndStartedServesAgain() {
        SimCluster c = new SimCluster(4, 2);
        c.createTable("t", 12, 3);
        List<String> names = List.of("d1", "d2", "d3", "d4");
        names.forEach(n -> c.node(n).kill());
        c.masters().killLeader();
        c.world().run(Duration.ofSeconds(5));
        names.forEach(n -> c.node(n).start());
        c.run("healthy", Duration.ofSeconds(15), c::healthy);
    }

    @Test
    void drainsADisk() {
        SimCluster c = new SimCluster(5, 3);
        c.createTable("t", 24, 3);
        neverFewerInSync(c, 3);
        long op = c.drain("d1", "/0");
        int disk = c.disk("d1", "/0").id();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertDrained(c, op, disk);
    }

    @Test
    void withNoNodeToSpareADiskIsDrainedToAnotherOfItsNode() {
        SimCluster c = new SimCluster(3, 2);
        c.createTable("t", 6, 3);
        neverFewerInSync(c, 3);
        long op = c.drain("d1", "/0");
        int disk = c.disk("d1", "/0").id();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertDrained(c, op, disk);
        assertThat(c.masters().state().partitionsOnDisk(c.disk("d1", "/1").id()))
                .hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FailpointNames.DISK_MARKED,
                FailpointNames.MOVE_ADMIT,
                FailpointNames.MOVE_PREPARE,
                FailpointNames.MOVE_SEEDING,
                FailpointNames.IN_SYNC,
                FailpointNames.ELECT,
                FailpointNames.MOVE_BEFORE_SWAP,
                FailpointNames.MOVE_AFTER_SWAP,
                FailpointNames.MOVE_BEFORE_DELETE_SOURCE,
                FailpointNames.MOVE_FINISH,
                FailpointNames.DECOMMISSION_FINISH
            })
    void aDrainGoesOnWithTheNextLeader(String step) {
        SimCluster c = new SimCluster(5, 3);
        c.createTable("t", 24, 3);
        neverFewerInSync(c, 3);
        c.masters().killLeaderAt(step);
        long op = c.drain("d1", "/0");
        int disk = c.disk("d1", "/0").id();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertThat(c.masters().term()).as("a leader was killed at " + step).isGreaterThan(1);
        c.run("healthy", Duration.ofSeconds(20), c::healthy);
        assertDrained(c, op, disk);
    }

    @Test
    void aLoopThatRunsIntoAnErrorStartsAfresh() {
        SimCluster c = new SimCluster(5, 3);
        c.createTable("t", 24, 3);
        c.masters().failLoopAt(FailpointNames.MOVE_BEFORE_SWAP);
        long op = c.drain("d1", "/0");
        int disk = c.disk("d1", "/0").id();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertThat(c.masters().term()).isEqualTo(1);
        assertDrained(c, op, disk);
    }

    @Test
    void theLimitOfMovesHoldsOverLeaderChanges() {
        SimCluster c = new SimCluster(5, 3);
        c.createTable("t", 24, 3);
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("decommissiondplimit", "2")));
        int[] most = new int[1];
        c.masters().law(s -> s.nodesets().forEach(n -> {
            most[0] = Math.max(most[0], s.movesOfNodeset(n.id()).size());
            assertThat(s.movesOfNodeset(n.id())).hasSizeLessThanOrEqualTo(2);
        }));
        long first = c.drain("d1", "/0");
        long second = c.drain("d2", "/1");
        c.masters().killLeaderAt(FailpointNames.MOVE_BEFORE_SWAP);
        c.run("drained", LONG, () -> c.op(first).ended() && c.op(second).ended());
        assertThat(c.op(first).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.op(second).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(most[0]).isEqualTo(2);
    }

    @Test
    void aWipedDiskIsSeededAnew() {
        SimCluster c = new SimCluster(4, 2);
        c.createTable("t", 16, 3);
        int old = c.disk("d3", "/1").id();
        assertThat(c.masters().state().partitionsOnDisk(old)).isNotEmpty();
        c.node("d3").kill();
        c.node("d3").wipe("/1");
        c.node("d3").start();
        c.run(
                "nothing is named on the old disk",
                LONG,
                () -> c.masters().state().partitionsOnDisk(old).isEmpty());
        c.run("healthy", LONG, c::healthy);
        assertThat(c.masters().state().partitionsOnDisk(c.disk("d3", "/1").id()))
                .isNotEmpty();
    }

    @Test
    void aCorruptReplicaIsReplacedUnderANewId() {
        SimCluster c = new SimCluster(4, 2);
        c.createTable("t", 4, 3);
        Partition p = c.partitions().get(0);
        long bad = p.primary();
        c.node(p.member(bad).orElseThrow().node()).corrupt(bad);
        c.run(
                "replaced",
                LONG,
                () -> c.masters()
                                .state()
                                .partition(p.id())
                                .orElseThrow()
                                .member(bad)
                                .isEmpty()
                        && c.healthy());
        c.run("and deleted", LONG, () -> !c.node(p.member(bad).orElseThrow().node())
                .replicas()
                .contains(bad));
    }

    @Test
    void aBrokenDiskIsUnavailableAndItsPrimariesGo() {
        SimCluster c = new SimCluster(4, 2);
        c.createTable("t", 16, 3);
        int disk = c.disk("d1", "/0").id();
        c.node("d1").breakDisk("/0");
        c.run("unavailable", SOON, () -> c.disk("d1", "/0").status() == DiskStatus.UNAVAILABLE);
        c.run("served elsewhere", SOON, () -> c.partitions().stream()
                .allMatch(p -> c.view().served(p)
                        && p.member(p.primary()).orElseThrow().disk() != disk));
        long op = c.drain("d1", "/0");
        c.run("a broken disk is drained from the others", LONG, () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        c.run("healthy", LONG, c::healthy);
    }

    @Test
    void aMoveWhoseDestinationDiesIsGivenUpAndMadeElsewhere() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 1, 3);
        for (int i = 1; i <= 5; i++) {
            c.node("d" + i).copyTime(Duration.ofSeconds(4));
        }
        Partition p = c.partitions().get(0);
        String source = c.masters()
                .state()
                .node(p.members().get(0).node())
                .orElseThrow()
                .name();
        long op = c.drain(source, "/0");
        c.run("joining", SOON, () -> c.partitions().get(0).joining() != null);
        FakeDatanode destination = c.node(c.partitions().get(0).joining().node());
        destination.kill();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.moves()).singleElement().satisfies(move -> {
            assertThat(move.status()).isEqualTo(OpStatus.SUCCESS);
            assertThat(move.tries().rollbacks()).isEqualTo(1);
            assertThat(move.move().story())
                    .extracting(Attempt::end, Attempt::reason)
                    .containsExactly(tuple(AttemptEnd.ROLLBACK, "DESTINATION_DEAD"));
        });
        destination.start();
        c.run("the abandoned copy is deleted", LONG, () -> destination
                .replicas()
                .isEmpty());
    }

    @Test
    void aMoveGivesWayWhenAnotherMemberIsLostAndTheDrainStillEnds() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 1, 3);
        for (int i = 1; i <= 5; i++) {
            c.node("d" + i).copyTime(Duration.ofSeconds(4));
        }
        Partition p = c.partitions().get(0);
        String source = c.masters()
                .state()
                .node(p.members().get(0).node())
                .orElseThrow()
                .name();
        String other = c.masters()
                .state()
                .node(p.members().get(1).node())
                .orElseThrow()
                .name();
        long op = c.drain(source, "/0");
        c.run("joining", SOON, () -> c.partitions().get(0).joining() != null);
        c.node(other).kill();
        c.node(other).wipe("/0");
        c.node(other).start();
        c.run("drained", LONG, () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.moves()).singleElement().satisfies(move -> {
            assertThat(move.status()).isEqualTo(OpStatus.SUCCESS);
            assertThat(move.tries()).as("giving way isn't a failure").isEqualTo(new Tries(2, 0, 0, 0));
        });
        c.run("healthy", LONG, c::healthy);
    }

    @Test
    void aDrainThatHasNowhereToGoSaysWhyGivesUpItsSlotAndGoesOnWhenANodeComes() {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 4, 3);
        long op = c.drain("d1", "/0");
        c.run("waits", SOON, () -> c.op(op).reason().equals("NO_DESTINATION"));
        c.world().run(Duration.ofSeconds(10));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.MARKED);
        assertThat(c.moves()).isEmpty();
        assertThat(c.op(op).message()).contains("add a datanode");
        c.add("d4", "default", 1);
        c.run("drained", LONG, () -> c.op(op).status() == OpStatus.SUCCESS);
    }

    @Test
    void aPrimaryThatLostEverybodyElseIsReplaced() {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 1, 3);
        Partition p = c.partitions().get(0);
        c.node(p.member(p.primary()).orElseThrow().node()).proposeAlone(p.id());
        c.run("another is elected", SOON, () -> c.partitions().get(0).primary() != p.primary());
        assertThat(c.partitions().get(0).inSync()).doesNotContain(p.primary()).hasSize(2);
        c.run("healthy", LONG, c::healthy);
    }

    /** It alone is left: one of the dead must not be elected in its place because their deaths aren't noticed yet. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPrimaryWhoseOthersHaveJustDiedGoesOnAlone(boolean silently) {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 1, 3);
        Partition p = c.partitions().get(0);
        int own = p.member(p.primary()).orElseThrow().node();
        for (var m : p.members()) {
            if (m.node() != own && silently) {
                c.node(m.node()).freeze(true);
            } else if (m.node() != own) {
                c.node(m.node()).kill();
            }
        }
        c.node(own).proposeAlone(p.id());
        c.run("the dead are out", LONG, () -> c.partitions().get(0).inSync().size() == 1);
        assertThat(c.partitions().get(0).inSync()).containsExactly(p.primary());
        assertThat(c.partitions().get(0).primary()).isEqualTo(p.primary());
    }

    @Test
    void aNodeOfAnotherClusterIsRefused() {
        SimCluster c = new SimCluster(1, 1);
        FakeDatanode stranger = c.add("d9", "default", 1);
        stranger.kill();
        stranger.joinedCluster("another");
        stranger.start();
        c.run("refused", SOON, () -> stranger.refusals().contains("OTHER_CLUSTER"));
        assertThat(((SoftState) c.view().reports()).strangers(c.view().nowNanos()))
                .singleElement()
                .matches(s -> s.name().equals("d9") && s.clusterId().equals("another"));
    }

    @Test
    void anIdleClusterProposesNothing() {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 4, 3);
        c.world().run(Duration.ofSeconds(25));
        ClusterState before = c.masters().state();
        c.world().run(Duration.ofMinutes(5));
        assertThat(c.masters().state()).isSameAs(before);
    }

    /** Law 2, as long as nothing breaks but masters. */
    private static void neverFewerInSync(SimCluster c, int replicas) {
        c.masters().law(s -> assertThat(s.partitions().values())
                .allSatisfy(p -> assertThat(p.inSync()).hasSizeGreaterThanOrEqualTo(replicas)));
    }

    private static void assertDrained(SimCluster c, long op, int disk) {
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.masters().state().partitionsOnDisk(disk)).isEmpty();
        assertThat(c.masters().state().disk(disk).orElseThrow().drain()).isEqualTo(DrainState.DRAINED);
        assertThat(c.masters().state().openOps()).isEmpty();
        assertThat(c.moves()).isNotEmpty().allMatch(m -> m.status() == OpStatus.SUCCESS);
        assertThat(c.partitions()).allMatch(p -> p.mutex() == RestoreMutex.STOP);
    }
}
