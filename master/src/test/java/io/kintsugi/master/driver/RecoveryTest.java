package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forced recovery on virtual time: the real core, loop and drivers. */
class RecoveryTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final SimCluster c = new SimCluster(5, 1);
    private Member primary;
    private List<Member> others;

    @BeforeEach
    void onePartition() {
        Laws.watch(c, 1);
        c.createTable("t", 1, 3);
        primary = p().member(p().primary()).orElseThrow();
        others = p().members().stream()
                .filter(m -> m.replica() != primary.replica())
                .toList();
    }

    private Partition p() {
        return c.partitions().getFirst();
    }

    /** Only the primary is in-sync, then its datanode dies. */
    private void lost() {
        others.forEach(m -> c.node(m.node()).kill());
        c.run("alone", SOON, () -> p().inSync().size() == 1);
        c.node(primary.node()).kill();
        others.forEach(m -> c.node(m.node()).start());
        c.run(
                "offline",
                SOON,
                () -> !c.view().reports().alive(primary.node())
                        && others.stream().allMatch(m -> c.view().able(m)));
        c.node(others.get(1).node()).lastIndex(others.get(1).replica(), 7);
        c.world().run(Duration.ofSeconds(1));
    }

    private Op recover() {
        return c.op(c.ask(new FencePartition(p().id(), p().epoch())));
    }

    @Test
    void withoutTheOperatorsWordItStaysOffline() {
        lost();
        c.world().run(Duration.ofMinutes(10));
        assertThat(p().primary()).isEqualTo(primary.replica());
        assertThat(p().inSync()).containsExactly(primary.replica());
    }

    @Test
    void theSurvivorServesAndTheOthersAreKeptAsBackups() {
        lost();
        Op op = recover();
        c.run("recovered", SOON, () -> c.op(op.id()).ended());
        assertThat(c.op(op.id()))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("DATA_MAY_BE_LOST"))
                .matches(o -> o.message().contains("the fence did not reach " + c.name(primary.node())));
        assertThat(p().primary()).isEqualTo(others.get(1).replica());
        assertThat(p().mutex()).isEqualTo(RestoreMutex.STOP);
        Member other = others.get(0);
        c.run("a backup", SOON, () -> c.node(other.node()).backups().contains(other.replica()));
        c.node(primary.node()).start();
        c.run("the old primary too", SOON, () -> c.node(primary.node())
                .backups()
                .contains(primary.replica()));
        assertThat(p().primary()).isEqualTo(others.get(1).replica());
    }

    @Test
    void anInSyncOneThatComesBackBeforeTheChoiceIsElected() {
        lost();
        others.forEach(m -> c.node(m.node()).freeze(true));
        Op op = recover();
        c.world().run(Duration.ofMillis(500));
        assertThat(c.op(op.id()).ended()).isFalse();
        c.node(primary.node()).start();
        c.run("elected", SOON, () -> c.op(op.id()).ended());
        assertThat(c.op(op.id()).reason()).isEqualTo("NOTHING_LOST");
        assertThat(p().primary()).isEqualTo(primary.replica());
        others.forEach(m -> c.node(m.node()).freeze(false));
        c.run("healthy", SOON, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void cancelledItIsElectedForAsEverWhenAnInSyncOneComesBack() {
        lost();
        others.forEach(m -> c.node(m.node()).kill());
        c.world().run(Duration.ofSeconds(5));
        Op op = recover();
        c.run("waits", SOON, () -> c.op(op.id()).reason().equals("NO_SURVIVOR"));
        c.ask(new CancelOp(op.id()));
        c.world().run(Duration.ofSeconds(5));
        assertThat(p().primary()).isZero();
        c.node(primary.node()).start();
        others.forEach(m -> c.node(m.node()).start());
        c.run("healthy", SOON, c::healthy);
        assertThat(p().primary()).isEqualTo(primary.replica());
        Laws.nothingLeftBehind(c);
    }

    @Test
    void whenTheSurvivorDiesBeforeItServesAnotherRecoveryTakesWhatIsLeft() {
        lost();
        Op op = recover();
        c.run("chosen", SOON, () -> c.op(op.id()).recovery().survivor() != 0);
        Member survivor = others.get(1);
        c.node(survivor.node()).kill();
        c.run("gone", SOON, () -> c.view().reports().dead(survivor.node()));
        assertThat(c.op(op.id()).ended()).isFalse();
        c.ask(new CancelOp(op.id()));
        Member other = others.get(0);
        c.node(other.node()).lastIndex(other.replica(), 3);
        Op second = recover();
        c.run("recovered", SOON, () -> c.op(second.id()).ended());
        assertThat(p().primary()).isEqualTo(other.replica());
        c.node(survivor.node()).start();
        c.run("backup", SOON, () -> c.node(survivor.node()).backups().contains(survivor.replica()));
    }

    @Test
    void aLeaderThatIsKilledAtAnyMomentLeavesTheRestToTheNext() {
        for (int millis = 0; millis < 60; millis += 4) {
            RecoveryTest again = new RecoveryTest();
            again.onePartition();
            again.killedAfter(Duration.ofMillis(millis));
        }
    }

    @Test
    void aLeaderThatIsKilledBeforeItChoosesOrEndsItLeavesThatToTheNext() {
        for (String point : List.of(FailpointNames.RECOVERY_CHOOSE, FailpointNames.RECOVERY_FINISH)) {
            RecoveryTest again = new RecoveryTest();
            again.onePartition();
            again.killedAt(point);
        }
    }

    private void killedAt(String point) {
        lost();
        long term = c.view().term();
        c.masters().killLeaderAt(point);
        Op op = recover();
        c.run(
                "recovered",
                SOON,
                () -> c.masters().loop() != null && c.op(op.id()).ended());
        assertThat(c.view().term()).as(point).isGreaterThan(term);
        assertThat(p().primary()).isEqualTo(others.get(1).replica());
    }

    private void killedAfter(Duration time) {
        lost();
        Op op = recover();
        c.world().run(time);
        c.masters().killLeader();
        c.run("recovered", SOON, () -> c.op(op.id()).ended());
        assertThat(p().primary()).isEqualTo(others.get(1).replica());
        c.run("served", SOON, () -> c.view().served(p()));
    }
}
