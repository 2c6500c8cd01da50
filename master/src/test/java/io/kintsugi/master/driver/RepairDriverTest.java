package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.ExplainPartition;
import io.kintsugi.master.plan.Finding;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.proto.PartitionConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Partitions are mended by themselves, as far as they may be, on virtual time. */
class RepairDriverTest {
    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int LOST_MS = 5_000;

    private static SimCluster cluster(int partitions) {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", partitions, 3);
        set(c, "ReplicaLostTimeoutMs", LOST_MS);
        return c;
    }

    private static void set(SimCluster c, String name, Object value) {
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of(name, value.toString())));
    }

    private static List<Op> repairs(SimCluster c) {
        return c.masters().state().ops().stream()
                .filter(op -> op.kind() == OpKind.REPAIR)
                .toList();
    }

    private static boolean on(SimCluster c, String node) {
        int id = c.id(node);
        return c.partitions().stream().anyMatch(p -> p.all().stream().anyMatch(m -> m.node() == id));
    }

    private static void replaced(SimCluster c, String node) {
        c.run("nothing is on " + node, LONG, () -> !on(c, node));
        c.run("healthy", LONG, c::healthy);
        c.run(
                "repairs have ended",
                LONG,
                () -> c.masters().state().openRepairs().isEmpty());
    }

    private static Partition now(SimCluster c, Partition p) {
        return c.masters().state().partition(p.id()).orElseThrow();
    }

    private static Member notPrimary(Partition p) {
        return p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .findFirst()
                .orElseThrow();
    }

    private static void plant(SimCluster c, Partition p, Member m, UnaryOperator<PartitionConfig> drill) {
        c.node(m.node()).plant(m.replica(), drill);
        c.world().run(Duration.ofMillis(10));
    }

    // ------------------------------------------------------------------ each rule mends
    @Test
    void membersOfADeadNodeAreReplacedAfterTheTime() {
        SimCluster c = cluster(12);
        c.node("d2").kill();
        c.world().run(Duration.ofMillis(LOST_MS - 500));
        assertThat(repairs(c)).isEmpty();
        replaced(c, "d2");
        assertThat(repairs(c)).isNotEmpty().allSatisfy(op -> {
            assertThat(op.move().rule()).isEqualTo("LostMember");
            assertThat(op.move().automatic()).isTrue();
        });
        c.node("d2").start();
        c.run("its old replicas go", LONG, () -> c.node("d2").replicas().isEmpty());
    }

    @Test
    void membersOnABrokenDiskAreReplacedAfterTheTimeWhereNobodyDecommissionsIt() {
        SimCluster c = cluster(12);
        set(c, "EnableAutoDecommission", "false");
        int disk = c.disk("d2", "/0").id();
        c.node("d2").breakDisk("/0");
        c.world().run(Duration.ofMillis(LOST_MS - 500));
        assertThat(repairs(c)).isEmpty();
        c.run(
                "nothing is on the disk",
                LONG,
                () -> c.masters().state().partitionsOnDisk(disk).isEmpty());
        c.run("healthy", LONG, c::healthy);
        assertThat(repairs(c)).isNotEmpty().allMatch(op -> op.move().rule().equals("LostMember"));
    }

    @Test
    void whoIsBackInTimeIsNotReplaced() {
        SimCluster c = cluster(12);
        c.node("d2").kill();
        c.world().run(Duration.ofMillis(LOST_MS - 500));
        c.node("d2").start();
        c.run("healthy", A_WHILE, c::healthy);
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(on(c, "d2")).isTrue();
    }

    @Test
    void aNewLeaderGoesOnCounting() {
        SimCluster c = cluster(4);
        set(c, "ReplicaLostTimeoutMs", 60_000);
        c.node("d2").kill();
        c.world().run(Duration.ofSeconds(50));
        c.masters().killLeader();
        c.world().run(Duration.ofSeconds(20));
        assertThat(repairs(c))
                .as("by the death of the node, not by the leader's beginning")
                .isNotEmpty();
        replaced(c, "d2");
    }

    @Test
    void aCorruptReplicaIsReplacedAtOnceByARepairOnItsOwnNode() {
        SimCluster c = cluster(4);
        Partition p = c.partitions().getFirst();
        Member bad = notPrimary(p);
        c.node(bad.node()).corrupt(bad.replica());
        c.run("replaced", A_WHILE, () -> now(c, p).member(bad.replica()).isEmpty() && c.healthy());
        assertThat(repairs(c)).singleElement().satisfies(op -> {
            assertThat(op.move().rule()).isEqualTo("LostReplica");
            assertThat(op.move().source()).isEqualTo(bad.replica());
        });
        assertThat(now(c, p).onNode(bad.node())).isPresent();
    }

    @Test
    void anExtraPeerIsForgotten() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        Member m = notPrimary(p);
        plant(c, p, m, config -> config.toBuilder()
                .addMembers(config.getMembers(0).toBuilder().setReplica(9_999))
                .build());
        c.run("the epoch is raised", A_WHILE, () -> now(c, p).epoch() > p.epoch());
        c.run(
                "it has heard the configuration anew",
                A_WHILE,
                () -> c.node(m.node()).stored(m.replica()).getMembersCount() == 3);
        c.world().run(A_WHILE);
        assertThat(now(c, p).epoch()).as("once").isEqualTo(p.epoch() + 1);
        assertThat(now(c, p).members()).isEqualTo(p.members());
    }

    @Test
    void aMissingPeerIsToldAgain() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        Member m = notPrimary(p);
        plant(c, p, m, config -> config.toBuilder().removeMembers(0).build());
        c.run(
                "it has heard the configuration anew",
                A_WHILE,
                () -> c.node(m.node()).stored(m.replica()).getMembersCount() == 3);
        assertThat(now(c, p).members()).isEqualTo(p.members());
    }

    @Test
    void whatReplicasStoredDifferentlyForEverIsNotSaidAgainAllTheTime() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        Member m = notPrimary(p);
        for (int second = 0; second < 120; second++) {
            plant(c, p, m, config -> config.toBuilder()
                    .clearMembers()
                    .addMembers(config.getMembers(0))
                    .build());
            c.world().run(Duration.ofSeconds(1));
        }
        assertThat(now(c, p).epoch() - p.epoch()).isBetween(2L, 12L);
    }

    @Test
    void aMissingMemberIsAdded() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        long asked = c.ask(new Command.AddReplica(p.id(), 0, 0));
        c.run("a copy runs", A_WHILE, () -> now(c, p).joining() != null);
        c.ask(new Command.CancelOp(asked));
        c.run("mended", A_WHILE, () -> now(c, p).members().size() == 4 && c.healthy());
        assertThat(c.op(asked).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(repairs(c))
                .filteredOn(op -> op.move().rule().equals("MissingReplica"))
                .singleElement()
                .satisfies(op -> assertThat(op.move().source()).isZero());
    }

    @Test
    void aSuperfluousMemberIsRemovedAndNeverThePrimary() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        c.ask(new Command.AddReplica(p.id(), 0, 0));
        c.run("four members", A_WHILE, () -> now(c, p).members().size() == 4 && c.healthy());
        c.ask(new Command.ResetTarget(p.id()));
        c.run("three again", A_WHILE, () -> now(c, p).members().size() == 3 && c.healthy());
        assertThat(now(c, p).inSync()).hasSize(3);
        assertThat(now(c, p).primary()).isEqualTo(p.primary());
        c.run(
                "and its files go",
                A_WHILE,
                () -> c.masters().state().nodes().stream()
                                .filter(n -> !c.node(n.id()).replicas().isEmpty())
                                .count()
                        == 3);
    }

    @Test
    void ofTooManyMembersTheOneThatIsAwayGoes() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        c.ask(new Command.AddReplica(p.id(), 0, 0));
        c.run("four members", A_WHILE, () -> now(c, p).members().size() == 4 && c.healthy());
        set(c, "AutoDpMetaRepairMode", "off");
        Member away = notPrimary(now(c, p));
        c.node(away.node()).kill();
        c.run("out of in-sync", A_WHILE, () -> !now(c, p).isInSync(away.replica()));
        c.ask(new Command.ResetTarget(p.id()));
        set(c, "AutoDpMetaRepairMode", "on");
        c.run("three again", A_WHILE, () -> now(c, p).members().size() == 3);
        assertThat(now(c, p).member(away.replica())).isEmpty();
    }

    // ------------------------------------------------------------------ what is not touched
    @Test
    void aReplicaOfAHigherEpochIsAlarmedAndUntouched() {
        SimCluster c = cluster(1);
        Partition p = c.partitions().getFirst();
        Member m = notPrimary(p);
        plant(c, p, m, config -> config.toBuilder()
                .setEpoch(config.getEpoch() + 7)
                .build());
        c.node(p.member(p.primary()).orElseThrow().node()).kill();
        c.world().run(A_WHILE);
        assertThat(now(c, p)).isEqualTo(p);
        assertThat(repairs(c)).isEmpty();
        assertThat(c.node(m.node()).replicas()).contains(m.replica());
        assertThat(Health.of(c.view(), List.of()).checks())
                .filteredOn(check -> check.code().equals("EPOCH_ABOVE_MASTERS"))
                .singleElement()
                .satisfies(check -> assertThat(check.level()).isEqualTo("critical"));
        assertThat(ExplainPartition.of(c.view(), p).findings())
                .extracting(Finding::code)
                .contains("EPOCH_ABOVE_MASTERS");

        long move = c.ask(new Command.MoveReplica(p.id(), p.primary(), 0, 0, 2));
        c.world().run(A_WHILE);
        assertThat(c.op(move).ended()).isFalse();
        assertThat(now(c, p)).isEqualTo(p);
        assertThat(c.op(move).reason()).isEqualTo("EPOCH_ABOVE_MASTERS");
    }

    // ------------------------------------------------------------------ modes, limit, brake
    @Test
    void observingOnlySaysWhatItWouldDo() {
        SimCluster c = cluster(4);
        set(c, "AutoDpMetaRepairMode", "observe");
        Partition p = hurt(c);
        List<Partition> before = c.partitions();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(c.partitions()).isEqualTo(before);
        assertThat(ExplainPartition.of(c.view(), now(c, p)).findings()).anySatisfy(f -> {
            assertThat(f.code()).isEqualTo("REPAIR_OBSERVED");
            assertThat(f.message()).contains("a new replica takes its place");
        });
        set(c, "AutoDpMetaRepairMode", "on");
        c.run("mended", A_WHILE, c::healthy);
        assertThat(repairs(c)).isNotEmpty();
    }

    @Test
    void offDoesNothing() {
        SimCluster c = cluster(4);
        set(c, "EnableAutoDpMetaRepair", "false");
        hurt(c);
        List<Partition> before = c.partitions();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(c.partitions()).isEqualTo(before);
        set(c, "EnableAutoDpMetaRepair", "true");
        c.run("mended", A_WHILE, c::healthy);
    }

    @Test
    void whatOffLeavesAloneIsToldAnewByAnOperatorsWord() {
        SimCluster c = cluster(1);
        set(c, "EnableAutoDpMetaRepair", "false");
        DrainService drains = c.masters().service().drains();
        Partition p = c.partitions().getFirst();
        Member m = notPrimary(p);
        assertThat(c.get(drains.tellPeers(SimCluster.TEST, p))).isFalse();
        plant(c, p, m, config -> config.toBuilder().removeMembers(0).build());
        c.world().run(A_WHILE);
        assertThat(now(c, p).epoch()).isEqualTo(p.epoch());
        assertThat(c.node(m.node()).stored(m.replica()).getMembersCount()).isEqualTo(2);
        assertThat(c.get(drains.tellPeers(SimCluster.TEST, p))).isTrue();
        c.run(
                "it has heard the configuration anew",
                A_WHILE,
                () -> c.node(m.node()).stored(m.replica()).getMembersCount() == 3);
        assertThat(now(c, p).members()).isEqualTo(p.members());
        assertThat(c.get(drains.tellPeers(SimCluster.TEST, now(c, p)))).isFalse();
    }

    /** One replica goes bad; when this returns, it is out of in-sync. */
    private static Partition hurt(SimCluster c) {
        Partition p = c.partitions().getFirst();
        Member bad = notPrimary(p);
        c.node(bad.node()).corrupt(bad.replica());
        c.run("out of in-sync", A_WHILE, () -> !now(c, p).isInSync(bad.replica()));
        return p;
    }

    @Test
    void noMoreRepairsThanTheLimitAreOpenWhoeverLeads() {
        SimCluster c = cluster(24);
        set(c, "AutoDpMetaRepairParallelCnt", 2);
        int[] most = new int[1];
        c.masters().law(s -> most[0] = Math.max(most[0], s.openRepairs().size()));
        c.node("d2").kill();
        c.run("some are open", A_WHILE, () -> most[0] > 0);
        c.masters().killLeader();
        c.world().run(Duration.ofSeconds(5));
        c.masters().killLeader();
        replaced(c, "d2");
        assertThat(most[0]).isEqualTo(2);
    }

    @Test
    void noneIsBegunWhenTheLimitIsZeroUntilItIsRaised() {
        SimCluster c = cluster(12);
        set(c, "AutoDpMetaRepairParallelCnt", 0);
        c.node("d2").kill();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(on(c, "d2")).isTrue();
        set(c, "AutoDpMetaRepairParallelCnt", 100);
        replaced(c, "d2");
    }

    @Test
    void theBrakeStopsReplacingTheAwayButNotTheLostUntilItIsReleased() {
        SimCluster c = cluster(12);
        c.node("d2").kill();
        c.node("d3").kill();
        c.world().run(Duration.ofSeconds(10));
        c.masters().killLeader();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(Health.of(c.view(), List.of()).checks())
                .extracting(Health.Check::code)
                .contains("AUTOMATIC_WORK_STOPPED");
        c.node("d3").start();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        Partition p = c.partitions().stream()
                .filter(x -> x.inSync().size() == 3)
                .findFirst()
                .orElseThrow();
        Member bad = notPrimary(p);
        c.node(bad.node()).corrupt(bad.replica());
        c.run("a corrupt one is replaced", A_WHILE, () -> now(c, p)
                .member(bad.replica())
                .isEmpty());
        assertThat(on(c, "d2")).isTrue();

        c.ask(new Command.ReleaseBrake());
        replaced(c, "d2");
    }

    @Test
    void whereNoDiskTakesItNothingIsBegunAndTheReasonIsNamed() {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 2, 3);
        set(c, "ReplicaLostTimeoutMs", LOST_MS);
        c.node("d3").kill();
        c.world().run(A_WHILE);
        assertThat(repairs(c)).isEmpty();
        assertThat(ExplainPartition.of(c.view(), c.partitions().getFirst()).findings())
                .extracting(Finding::code)
                .contains("NO_DESTINATION");
        c.add("d4", "default", 1);
        replaced(c, "d3");
    }
}
