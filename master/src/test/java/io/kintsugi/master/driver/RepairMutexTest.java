package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Repair against decommission at the same moment: whoever has a partition, the other waits; in both orders, whenever the leader dies. */
class RepairMutexTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration SOON = Duration.ofSeconds(10);

    private static SimCluster cluster() {
        SimCluster c = new SimCluster(6, 2);
        c.createTable("t", 8, 3);
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("ReplicaLostTimeoutMs", "2000")));
        c.copyTime(Duration.ofSeconds(2));
        Laws.watch(c, 10);
        c.masters().law(RepairMutexTest::oneOwner);
        return c;
    }

    private static void oneOwner(ClusterState state) {
        for (Partition p : state.partitions().values()) {
            List<Op> owners =
                    state.openMoves(p.id()).stream().filter(Op::holdsToken).toList();
            RestoreMutex expected = owners.isEmpty()
                    ? RestoreMutex.STOP
                    : owners.getFirst().isRepair() ? RestoreMutex.RUNNING : RestoreMutex.FORBIDDEN;
            assertThat(owners).as("owners of %s", p).hasSizeLessThanOrEqualTo(1);
            assertThat(p.mutex()).as("of %s", p).isEqualTo(expected);
            assertThat(p.mutexOp())
                    .isEqualTo(owners.isEmpty() ? 0 : owners.getFirst().id());
        }
    }

    private static Partition now(SimCluster c, Partition p) {
        return c.masters().state().partition(p.id()).orElseThrow();
    }

    /** A member that isn't primary, and another beside it. */
    private static Member notPrimary(Partition p, long but) {
        return p.members().stream()
                .filter(m -> m.replica() != p.primary() && m.replica() != but)
                .findFirst()
                .orElseThrow();
    }

    private static List<Op> repairs(SimCluster c) {
        return c.masters().state().ops().stream()
                .filter(op -> op.kind() == OpKind.REPAIR)
                .toList();
    }

    /** Asks until a leader that lives on answers. */
    private static long drain(SimCluster c) {
        while (true) {
            c.run(
                    "somebody leads",
                    SOON,
                    () -> c.masters().loop() != null
                            && c.masters().loop().view().isPresent());
            try {
                return c.get(c.masters()
                        .service()
                        .drains()
                        .decommissionDisk(new AdminService.Caller("drain", "test"), "d1", "/0", Op.DEFAULT_WEIGHT));
            } catch (CompletionException died) {
                assertThat(died).hasCauseInstanceOf(ApiException.class);
            }
        }
    }

    private static void allEndsWell(SimCluster c, long drain, int disk) {
        c.run("drained", LONG, () -> c.op(drain).ended());
        c.run("healthy", LONG, c::healthy);
        c.run("nothing is open", LONG, () -> c.masters().state().openOps().isEmpty());
        assertThat(c.op(drain).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.masters().state().partitionsOnDisk(disk)).isEmpty();
        assertThat(c.partitions()).allSatisfy(p -> assertThat(p.mutex()).isEqualTo(RestoreMutex.STOP));
        assertThat(repairs(c)).isNotEmpty();
    }

    /** Where the leader is killed; "": nowhere. */
    static List<String> steps() {
        return List.of(
                "",
                FailpointNames.DISK_MARKED,
                FailpointNames.MOVE_ADMIT,
                FailpointNames.MOVE_PREPARE,
                FailpointNames.MOVE_SEEDING,
                FailpointNames.IN_SYNC,
                FailpointNames.ELECT,
                FailpointNames.REPLACE,
                FailpointNames.MOVE_BEFORE_SWAP,
                FailpointNames.MOVE_AFTER_SWAP,
                FailpointNames.MOVE_BEFORE_DELETE_SOURCE,
                FailpointNames.MOVE_READMIT,
                FailpointNames.MOVE_FINISH,
                FailpointNames.DECOMMISSION_FINISH);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aDrainFirstThenMembersAreLost(String step) {
        SimCluster c = cluster();
        int disk = c.disk("d1", "/0").id();
        c.masters().killLeaderAt(step);
        long drain = drain(c);
        c.run("a move runs", LONG, () -> c.masters().state().openOps().stream()
                .anyMatch(op -> op.kind() == OpKind.MOVE && op.status() == OpStatus.RUNNING));
        c.node("d2").kill();
        c.partitions().stream()
                .filter(p -> p.mutex() == RestoreMutex.FORBIDDEN)
                .limit(1)
                .forEach(p -> {
                    Member bad = notPrimary(p, p.leaving());
                    if (c.node(bad.node()).up()) {
                        c.node(bad.node()).corrupt(bad.replica());
                    }
                });
        allEndsWell(c, drain, disk);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void membersAreLostFirstThenADrain(String step) {
        SimCluster c = cluster();
        int disk = c.disk("d1", "/0").id();
        c.masters().killLeaderAt(step);
        c.node("d2").kill();
        c.run("a repair runs", LONG, () -> c.partitions().stream().anyMatch(p -> p.mutex() == RestoreMutex.RUNNING));
        long drain = drain(c);
        allEndsWell(c, drain, disk);
    }

    @Test
    void aMoveOfAPartitionUnderRepairIsRefusedAndADrainWaits() {
        SimCluster c = cluster();
        Partition p = c.partitions().getFirst();
        Member bad = notPrimary(p, 0);
        c.node(bad.node()).corrupt(bad.replica());
        c.run("repaired", SOON, () -> now(c, p).mutex() == RestoreMutex.RUNNING);
        Member other = notPrimary(now(c, p), bad.replica());
        Outcome refused = c.get(c.masters().ask(new Command.MoveReplica(p.id(), other.replica(), 0, 0, 2)));
        assertThat(refused.reason()).isEqualTo("REPAIR_RUNNING");

        long drain = c.ask(new Command.DecommissionDisk(other.disk(), 2));
        c.world().run(Duration.ofMillis(500));
        assertThat(now(c, p).mutex()).isEqualTo(RestoreMutex.RUNNING);
        allEndsWell(c, drain, other.disk());
    }

    @Test
    void aRepairOfAPartitionThatMovesIsRefused() {
        SimCluster c = cluster();
        Partition p = c.partitions().getFirst();
        Member source = notPrimary(p, 0);
        c.ask(new Command.MoveReplica(p.id(), source.replica(), 0, 0, 2));
        c.run(
                "moves",
                SOON,
                () -> now(c, p).mutex() == RestoreMutex.FORBIDDEN && now(c, p).joining() != null);
        Member other = notPrimary(now(c, p), source.replica());
        Outcome refused = c.get(c.masters()
                .ask(new Command.RepairReplica(p.id(), now(c, p).epoch(), other.replica(), 0, 0, "LostMember")));
        assertThat(refused.reason()).isEqualTo("PARTITION_BUSY");
        c.run("nothing is open", LONG, () -> c.masters().state().openOps().isEmpty());
    }
}
