package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.RecommissionNode;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drains of nodes and disks, and operators' moves, on virtual time with every law watched. */
class DrainOpsTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(3);

    private static SimCluster cluster(int nodes, int disks, int partitions, int replicas) {
        SimCluster c = new SimCluster(nodes, disks);
        Laws.watch(c, 4);
        c.createTable("t", partitions, replicas);
        return c;
    }

    private static void ends(SimCluster c, long op, OpStatus status) {
        c.run("op " + op + " ends", LONG, () -> c.op(op).ended());
        assertThat(c.op(op).status()).as("%s", c.op(op)).isEqualTo(status);
    }

    private static int replicasOn(SimCluster c, String node) {
        return c.masters().state().disksOfNode(c.id(node)).stream()
                .mapToInt(d -> c.masters().state().partitionsOnDisk(d.id()).size())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aNodeIsDrainedWhateverTheNumberOfReplicas(int replicas) {
        SimCluster c = cluster(5, 2, 12, replicas);
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        assertThat(c.masters().state().children(op)).hasSize(2);
        ends(c, op, OpStatus.SUCCESS);
        assertThat(replicasOn(c, "d1")).isZero();
        assertThat(c.masters().state().node(c.id("d1")).orElseThrow().drain()).isEqualTo(DrainState.DRAINED);
        c.run("healthy", LONG, c::healthy);
        Laws.nothingLeftBehind(c);
        c.createTable("u", 12, replicas);
        assertThat(replicasOn(c, "d1")).as("it takes nothing new").isZero();
        c.ask(new RecommissionNode(c.id("d1")));
        c.createTable("v", 12, replicas);
        assertThat(replicasOn(c, "d1")).isPositive();
    }

    @Test
    void aDeadNodeIsDrainedFromTheOthers() {
        SimCluster c = cluster(5, 2, 12, 3);
        c.node("d1").kill();
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        ends(c, op, OpStatus.SUCCESS);
        c.run("healthy", LONG, c::healthy);
    }

    @Test
    void aSourceThatDiesInMidCopyIsReplacedByAnyOtherInSyncReplica() {
        SimCluster c = cluster(5, 1, 6, 3);
        c.copyTime(Duration.ofSeconds(4));
        long op = c.drain("d1", "/0");
        c.run("copies", SOON, () -> c.partitions().stream().anyMatch(p -> p.joining() != null));
        c.node("d1").kill();
        ends(c, op, OpStatus.SUCCESS);
        c.run("healthy", LONG, c::healthy);
    }

    @Test
    void aDiskThatIsDrainedOnItsOwnIsWaitedForAndGoesOnWhenTheNodesDrainIsCancelled() {
        SimCluster c = cluster(5, 2, 16, 3);
        c.copyTime(Duration.ofSeconds(5));
        long own = c.drain("d1", "/0");
        c.run("it copies", SOON, () -> !c.moves().isEmpty());
        long node = c.ask(new DecommissionNode(c.id("d1"), 2));
        assertThat(c.masters().state().children(node)).extracting(Op::target).containsExactly("d1:/1");
        c.run(
                "both copy",
                SOON,
                () -> c.moves().stream().map(Op::parent).distinct().count() == 2);
        c.ask(new CancelOp(node));
        c.run("cancelled", Duration.ofSeconds(1), () -> c.op(node).ended());
        assertThat(c.op(node).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.op(node).message()).contains("op " + own).contains("/0");
        assertThat(c.disk("d1", "/1").placeable()).isTrue();
        ends(c, own, OpStatus.SUCCESS);
        assertThat(c.disk("d1", "/0").drain()).isEqualTo(DrainState.DRAINED);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void aNodesDrainTakesInADiskThatWasDrainedBefore() {
        SimCluster c = cluster(5, 2, 16, 3);
        long own = c.drain("d1", "/0");
        long node = c.ask(new DecommissionNode(c.id("d1"), 2));
        ends(c, node, OpStatus.SUCCESS);
        assertThat(c.op(own).status()).isEqualTo(OpStatus.SUCCESS);
        c.ask(new RecommissionNode(c.id("d1")));
        assertThat(c.disk("d1", "/1").placeable()).isTrue();
        assertThat(c.disk("d1", "/0").drain()).as("asked for on its own").isEqualTo(DrainState.DRAINED);
    }

    @Test
    void twoDrainsThatWantTwoReplicasOfOnePartitionBothEnd() {
        SimCluster c = cluster(5, 1, 12, 3);
        c.masters().law(s -> assertThat(s.partitions().values())
                .allMatch(p -> p.inSync().size() >= 3));
        long first = c.drain("d1", "/0");
        long second = c.drain("d2", "/0");
        ends(c, first, OpStatus.SUCCESS);
        ends(c, second, OpStatus.SUCCESS);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void anOperatorsMoveGoesWhereItIsWanted() {
        SimCluster c = cluster(5, 2, 4, 3);
        Partition p = c.partitions().get(0);
        Member source = p.members().get(0);
        Set<Integer> taken = p.members().stream().map(Member::node).collect(Collectors.toSet());
        int free = c.masters().state().disks().stream()
                .filter(d -> !taken.contains(d.node()))
                .mapToInt(d -> d.id())
                .max()
                .orElseThrow();
        long op = c.ask(new MoveReplica(p.id(), source.replica(), 0, free, 2));
        ends(c, op, OpStatus.SUCCESS);
        assertThat(c.masters().state().partition(p.id()).orElseThrow().onDisk(free))
                .isPresent();
        int other = c.masters().state().disk(source.disk()).orElseThrow().node();
        long back = c.ask(new MoveReplica(
                p.id(), c.partitions().get(0).onDisk(free).orElseThrow().replica(), other, 0, 2));
        ends(c, back, OpStatus.SUCCESS);
        assertThat(c.partitions().get(0).onNode(other)).isPresent();
    }

    @Test
    void theHeavierDrainGoesFirstAndEqualOnesShare() {
        SimCluster c = cluster(6, 1, 30, 3);
        c.copyTime(Duration.ofSeconds(1));
        c.ask(new SetSettings(Map.of("DecommissionDpLimit", "2")));
        long light = c.ask(new DecommissionDisk(c.disk("d1", "/0").id(), 1));
        long heavy = c.ask(new DecommissionDisk(c.disk("d2", "/0").id(), 9));
        long equal = c.ask(new DecommissionDisk(c.disk("d3", "/0").id(), 9));
        c.run("some are moved", LONG, () -> done(c, heavy) + done(c, equal) >= 8);
        assertThat(done(c, heavy)).isBetween(2L, 6L);
        assertThat(done(c, equal)).isBetween(2L, 6L);
        assertThat(done(c, light)).as("what had begun before the heavier came").isLessThanOrEqualTo(2);
        List.of(light, heavy, equal).forEach(op -> ends(c, op, OpStatus.SUCCESS));
    }

    private static long done(SimCluster c, long drain) {
        return c.masters().state().children(drain).stream()
                .filter(m -> m.status() == OpStatus.SUCCESS)
                .count();
    }

    @Test
    void withNoDestinationAllWaitAndHoldNoTokenAndGoOnWithinTwoSecondsOfANodeBeingAdded() {
        SimCluster c = cluster(3, 1, 6, 3);
        long node = c.ask(new DecommissionNode(c.id("d1"), 2));
        Partition p = c.partitions().get(0);
        long move =
                c.ask(new MoveReplica(p.id(), p.onNode(c.id("d2")).orElseThrow().replica(), 0, 0, 2));
        c.world().run(Duration.ofSeconds(20));
        Op drain = c.masters().state().children(node).iterator().next();
        assertThat(drain)
                .matches(o -> o.status() == OpStatus.MARKED && o.reason().equals("NO_DESTINATION"));
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.MARKED && o.tries().attempts() == 0);
        assertThat(c.masters().state().openOps()).noneMatch(Op::holdsToken);
        c.add("d4", "default", 1);
        c.run("moves begin", Duration.ofSeconds(2), () -> c.masters().state().openOps().stream()
                .anyMatch(o -> o.parent() == drain.id() && o.status() == OpStatus.RUNNING));
        ends(c, node, OpStatus.SUCCESS);
    }

    @Test
    void afterItsLimitsAMoveHasFailedWithItsStoryAndTheDiskIsUsedAgain() {
        SimCluster c = cluster(4, 1, 2, 3);
        c.ask(new SetSettings(Map.of("DecommissionRollbackLimit", "2", "DpRepairTimeoutMs", "1000")));
        List.of("d1", "d2", "d3", "d4").forEach(n -> c.node(n).stall(true));
        String loaded = c.name(c.partitions().get(0).members().get(0).node());
        List<Partition> before = c.partitions();
        long op = c.drain(loaded, "/0");
        ends(c, op, OpStatus.FAILED);
        assertThat(c.op(op).reason()).isEqualTo("PARTITIONS_LEFT");
        assertThat(c.moves()).allSatisfy(m -> {
            assertThat(m.status()).isEqualTo(OpStatus.FAILED);
            assertThat(m.reason()).isEqualTo("DESTINATION_TOO_SLOW");
            assertThat(m.move().story()).hasSize(3).allMatch(a -> a.reason().equals("DESTINATION_TOO_SLOW"));
        });
        assertThat(c.disk(loaded, "/0").placeable()).isTrue();
        assertThat(c.partitions())
                .extracting(Partition::members, Partition::inSync)
                .containsExactlyElementsOf(
                        before.stream().map(p -> tuple(p.members(), p.inSync())).toList());
        List.of("d1", "d2", "d3", "d4").forEach(n -> c.node(n).stall(false));
        Laws.nothingLeftBehind(c);
        ends(c, c.drain(loaded, "/0"), OpStatus.SUCCESS);
    }
}
