package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.RecoverData;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recovery of all data on virtual time: the real core, loop and drivers. */
class RescueTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final SimCluster c = new SimCluster(5, 1);

    @BeforeEach
    void twoPartitions() {
        Laws.watch(c, 1);
        c.createTable("t", 2, 3);
    }

    private boolean automatic() {
        return c.masters().state().settings().on(Setting.AUTO_FAILOVER);
    }

    private void failover(boolean on) {
        c.ask(new SetSettings(Map.of("AutoFailover", Boolean.toString(on))));
    }

    private Partition p() {
        return c.partitions().getFirst();
    }

    /** Of the first partition only one replica is in-sync, and its datanode is away for good. */
    private Member lost() {
        Member primary = p().member(p().primary()).orElseThrow();
        List<Member> others = p().members().stream()
                .filter(m -> m.replica() != primary.replica())
                .toList();
        others.forEach(m -> c.node(m.node()).kill());
        c.run("alone", SOON, () -> p().inSync().size() == 1);
        c.node(primary.node()).kill();
        others.forEach(m -> c.node(m.node()).start());
        c.run(
                "offline",
                SOON,
                () -> c.view().reports().dead(primary.node())
                        && others.stream().allMatch(m -> c.view().able(m)));
        return primary;
    }

    @Test
    void allKilledAndStartedWithAutomaticFailoverOffServesAgain() {
        failover(false);
        c.masters().state().nodes().forEach(n -> c.node(n.name()).kill());
        c.run("all dead", SOON, () -> c.masters().state().nodes().stream()
                .allMatch(n -> c.view().reports().dead(n.id())));
        c.masters().state().nodes().forEach(n -> c.node(n.name()).start());
        c.world().run(Duration.ofSeconds(30));
        assertThat(c.healthy()).as("nobody is elected by itself").isFalse();
        long op = c.ask(new RecoverData(0, List.of()));
        c.run("recovered", SOON, () -> c.op(op).ended());
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("NOTHING_LOST"));
        assertThat(c.healthy()).isTrue();
        assertThat(automatic()).isFalse();
    }

    @Test
    void aPartitionThatWaitsHoldsUpNoOtherAndIsTakenBack() {
        Member primary = lost();
        long op = c.ask(new RecoverData(0, List.of()));
        c.run("the other serves", SOON, () -> c.view().served(c.partitions().get(1)));
        c.world().run(Duration.ofMinutes(10));
        assertThat(c.op(op).ended()).isFalse();
        assertThat(p().inSync()).as("nobody agreed to a loss").containsExactly(primary.replica());
        assertThat(automatic()).isFalse();
        c.ask(new CancelOp(op));
        assertThat(automatic()).isTrue();
        c.node(primary.node()).start();
        c.run("healthy", SOON, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void theLeadingMasterKilledAtEachOfItsStepsChangesNothingOfItsEnd() {
        Member primary = lost();
        c.masters().killLeaderAt(FailpointNames.RECOVER_DATA_BEFORE_FENCE);
        long op = c.ask(new RecoverData(0, List.of(p().id())));
        c.run(
                "killed",
                SOON,
                () -> c.masters().term() == 2
                        && c.masters().loop() != null
                        && !c.masters().killPending());
        assertThat(automatic()).isFalse();
        c.masters().killLeaderAt(FailpointNames.RECOVER_DATA_BEFORE_FINISH);
        c.run(
                "killed again",
                Duration.ofMinutes(2),
                () -> c.masters().term() == 3 && !c.masters().killPending());
        assertThat(automatic()).isFalse();
        c.run("recovered", SOON, () -> c.op(op).ended());
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("DATA_MAY_BE_LOST"));
        assertThat(automatic()).isTrue();
        assertThat(p().member(primary.replica())).isEmpty();
        assertThat(c.masters().state().children(op)).hasSize(1);
        c.node(primary.node()).start();
        c.run("redundancy is repaired", Duration.ofMinutes(2), c::healthy);
    }

    @Test
    void aPartitionWhoseBetterReplicaIsBackMeanwhileLosesNothing() {
        Member primary = lost();
        long op = c.ask(new RecoverData(Duration.ofMinutes(1).toMillis(), List.of(p().id())));
        c.run("fenced", SOON, () -> p().primary() == 0);
        c.world().run(Duration.ofSeconds(5));
        c.node(primary.node()).start();
        c.run("recovered", SOON, () -> c.op(op).ended());
        assertThat(c.op(op).reason()).isEqualTo("NOTHING_LOST");
        assertThat(p().primary()).isEqualTo(primary.replica());
        assertThat(automatic()).isTrue();
    }
}
