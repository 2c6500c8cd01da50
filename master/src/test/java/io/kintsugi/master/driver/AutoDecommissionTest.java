package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Broken disks are decommissioned by the master itself: when, how often, and when not. */
class AutoDecommissionTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final SimCluster c = new SimCluster(4, 2);

    AutoDecommissionTest() {
        Laws.watch(c, 4);
        c.createTable("t", 4, 2);
        set("AutoDecommissionDiskIntervalMs", "10000");
    }

    private void set(String name, String value) {
        c.ask(new Command.SetSettings(Map.of(name, value)));
    }

    private Disk broken() {
        return c.disk("d1", "/0");
    }

    private void breakIt() {
        c.node("d1").breakDisk("/0");
        c.run("known", SOON, () -> broken().status() == DiskStatus.UNAVAILABLE);
    }

    private List<Op> automatic() {
        return c.masters().state().ops().stream()
                .filter(op -> op.kind() == OpKind.DISK_DECOMMISSION && op.automatic())
                .toList();
    }

    private void begun(int many) {
        c.run(many + " begun", Duration.ofMinutes(3), () -> automatic().size() == many);
    }

    @Test
    void anIntervalAfterItWasFirstSeenBroken() {
        breakIt();
        long since = broken().unavailableSince();
        c.world().run(Duration.ofSeconds(9));
        assertThat(automatic()).isEmpty();
        begun(1);
        assertThat(automatic().get(0).times().created() - since).isBetween(10_000L, 11_000L);
        c.run("drained", SOON, () -> automatic().get(0).status() == OpStatus.SUCCESS);
        assertThat(broken().drain()).isEqualTo(DrainState.DRAINED);
        c.world().run(Duration.ofMinutes(10));
        assertThat(automatic()).hasSize(1);
    }

    @Test
    void aNewLeaderDoesNotBeginTheIntervalAnew() {
        breakIt();
        long since = broken().unavailableSince();
        c.world().run(Duration.ofSeconds(6));
        c.masters().killLeader();
        begun(1);
        assertThat(automatic().get(0).times().created() - since).isBetween(10_000L, 14_000L);
    }

    @Test
    void notWhenItIsRecoveredBefore() {
        breakIt();
        c.world().run(Duration.ofSeconds(5));
        c.node("d1").mend("/0");
        c.ask(new Command.RecoverDisk(broken().id()));
        c.run("works", SOON, () -> broken().status() == DiskStatus.NORMAL);
        c.world().run(Duration.ofMinutes(5));
        assertThat(automatic()).isEmpty();
        assertThat(broken().trouble().recovering()).isFalse();
        assertThat(c.healthy()).isTrue();
    }

    @Test
    void whatWasBegunBecauseItWasBrokenEndsWhenItWorksAndItTakesReplicasAgain() {
        breakIt();
        begun(1);
        c.run("drained", SOON, () -> automatic().get(0).ended());
        c.node("d1").mend("/0");
        c.ask(new Command.RecoverDisk(broken().id()));
        c.run("works", SOON, () -> broken().placeable());
        breakIt();
        begun(2);
    }

    @Test
    void aRecoveryThatFailsIsToldAndTheDecommissionGoesOn() {
        breakIt();
        c.ask(new Command.RecoverDisk(broken().id()));
        c.run("failed", SOON, () -> broken().trouble().recoveryError().equals("EIO again"));
        assertThat(broken().trouble().recovering()).isFalse();
        begun(1);
    }

    @Test
    void notWhileItIsSwitchedOffAndAtOnceWhenItIsSwitchedOn() {
        set("EnableAutoDecommission", "false");
        breakIt();
        c.world().run(Duration.ofMinutes(2));
        assertThat(automatic()).isEmpty();
        set("EnableAutoDecommission", "true");
        c.run("begun", Duration.ofSeconds(2), () -> automatic().size() == 1);
    }

    @Test
    void aShorterIntervalCountsAtOnce() {
        set("AutoDecommissionDiskIntervalMs", "3600000");
        breakIt();
        c.world().run(Duration.ofSeconds(30));
        assertThat(automatic()).isEmpty();
        set("AutoDecommissionDiskIntervalMs", "1000");
        c.run("begun", Duration.ofSeconds(2), () -> automatic().size() == 1);
    }

    @Test
    void anOperatorsCancelIsNotOverruled() {
        c.copyTime(Duration.ofMinutes(1));
        breakIt();
        begun(1);
        c.ask(new Command.CancelOp(automatic().get(0).id()));
        c.run("cancelled", SOON, () -> automatic().get(0).status() == OpStatus.CANCELLED);
        c.world().run(Duration.ofMinutes(30));
        c.masters().killLeader();
        c.world().run(Duration.ofMinutes(5));
        assertThat(automatic()).hasSize(1);
        c.ask(new Command.ResumeAutoDecommission(broken().id()));
        begun(2);
    }

    @Test
    void oneThatFailedIsTriedAgainAfterPausesThatDouble() {
        breakIt();
        long before = 0;
        for (int failures = 0; failures < 4; failures++) {
            begun(failures + 1);
            Op op = automatic().get(failures);
            if (before > 0) {
                long pause = op.times().created() - before;
                long least = 10_000L << failures;
                assertThat(pause).isBetween(least, least + 2_000);
            }
            c.ask(new Command.FinishDecommission(op.id(), c.op(op.id()).revision(), false, "NO_DESTINATION", "full"));
            before = c.op(op.id()).times().ended();
        }
        assertThat(broken().trouble().failures()).isEqualTo(4);
    }

    @Test
    void notWhileTheBrakeIsEngagedAndSoonAfterItIsReleased() {
        c.ask(new Command.EngageBrake("TOO_MUCH", "a test"));
        breakIt();
        c.world().run(Duration.ofMinutes(2));
        assertThat(automatic()).isEmpty();
        c.ask(new Command.ReleaseBrake());
        c.run("begun", Duration.ofSeconds(4), () -> automatic().size() == 1);
    }
}
