package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.plan.balance.BalancePlan;
import io.kintsugi.master.plan.balance.BalanceState;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three datanodes hold twelve partitions of three replicas; a fourth is new and empty. */
class BalancePlanTest {
    private static final long DISK = 1L << 40;
    private final Clusters c = new Clusters();

    @BeforeEach
    void aFourthIsNew() {
        c.node("a", "z", 1, DISK).node("b", "z", 1, DISK).node("c", "z", 1, DISK);
        c.table("t", 12, 3);
        c.node("d", "z", 1, DISK);
    }

    private Disk disk(String node) {
        int id = c.view().cluster().nodeByName(node).orElseThrow().id();
        return c.view().cluster().disksOfNode(id).iterator().next();
    }

    private void set(String name, String value) {
        c.apply(new Command.SetSettings(Map.of(name, value)));
    }

    @Test
    void aPlanEvensOutAndChangesNothing() {
        BalancePlan plan = BalancePlan.of(c.view());
        assertThat(plan.moves()).isEqualTo(9);
        assertThat(plan.complete()).isTrue();
        assertThat(plan.reason()).isEmpty();
        assertThat(plan.before().replicas().least()).isZero();
        assertThat(plan.after().replicas().gap()).isZero();
        assertThat(plan.after().primaries().gap()).isLessThanOrEqualTo(1);
        assertThat(plan.steps()).filteredOn(s -> s.kind().equals("move")).allMatch(s -> s.to().equals("d:/0"));
        assertThat(plan.steps().getFirst().why()).isNotEmpty();
        assertThat(BalanceState.of(c.view()).state()).isEqualTo(BalanceState.OFF);
    }

    @Test
    void neitherDrainedNorSuspectNorBrokenDisksAreTouched() {
        c.apply(new Command.DecommissionDisk(disk("d").id(), 2));
        assertThat(BalancePlan.of(c.view()).steps()).isEmpty();
        c.node("e", "z", 1, DISK);
        assertThat(BalancePlan.of(c.view()).moves()).isEqualTo(9);
        Disk e = disk("e");
        c.soft.put(new DiskFacts(e.id(), DiskFacts.Health.OK, "", 0, DISK, 0, 0, List.of(), "slow", 0, ""));
        assertThat(BalancePlan.of(c.view()).steps()).isEmpty();
        c.soft.put(new DiskFacts(e.id(), DiskFacts.Health.BROKEN, "EIO", 0, DISK));
        assertThat(BalancePlan.of(c.view()).steps()).isEmpty();
    }

    @Test
    void whatIsUrgentGoesFirstAndIsNamed() {
        set("AutoBalance", "true");
        assertThat(BalanceGate.holds(c.view())).isEmpty();
        assertThat(BalanceState.of(c.view()).state()).isEqualTo(BalanceState.WORKING);
        long drain = c.apply(new Command.DecommissionDisk(disk("a").id(), 2)).value();
        assertThat(BalanceGate.holds(c.view())).map(Reason::code).contains("DRAIN_FIRST");
        c.apply(new Command.CancelOp(drain));
        assertThat(BalanceGate.holds(c.view())).isEmpty();
        c.live(disk("b").node(), Liveness.DEAD);
        assertThat(BalanceGate.holds(c.view())).map(Reason::code).contains("NODE_AWAY");
        c.live(disk("b").node(), Liveness.ALIVE);
        set("TablesFrozen", "true");
        assertThat(BalanceGate.holds(c.view())).map(Reason::code).contains("CLUSTER_FROZEN");
        set("AutoFailover", "false");
        assertThat(BalanceGate.holds(c.view())).map(Reason::code).contains(AutoFailover.OFF);
        c.apply(new Command.EngageBrake("TOO_MANY", "said"));
        BalanceState state = BalanceState.of(c.view());
        assertThat(state.state()).isEqualTo(BalanceState.WAITING);
        assertThat(state.reason()).isEqualTo("AUTOMATIC_WORK_STOPPED");
    }

    @Test
    void aPassOfAnOperatorGoesOnWithoutAutomaticFailover() {
        set("AutoFailover", "false");
        assertThat(BalanceGate.wanted(c.view())).isFalse();
        c.apply(new Command.StartBalance());
        assertThat(BalanceGate.wanted(c.view())).isTrue();
        assertThat(BalanceGate.holds(c.view())).isEmpty();
    }

    @Test
    void whatIsOnItsWayCountsAsArrived() {
        for (int i = 1; i <= 9; i++) {
            set("BalanceLimit", "9");
            Partition p = c.partition(i);
            Disk from = c.view().cluster().disk(p.members().get(i % 3).disk()).orElseThrow();
            c.apply(new Command.MoveReplica(
                    p.id(),
                    p.onDisk(from.id()).orElseThrow().replica(),
                    0,
                    disk("d").id(),
                    Op.BALANCE_WEIGHT,
                    true));
        }
        assertThat(BalanceState.of(c.view()).moves()).hasSize(9);
        assertThat(BalancePlan.of(c.view()).moves()).isZero();
    }
}
