package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.ResumeOp;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancel, pause and resume at every step. */
class CancelAndPauseTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(3);
    static final List<String> FAILPOINTS = FailpointNames.ALL;

    private static SimCluster cluster(Duration copy) {
        SimCluster c = new SimCluster(7, 3);
        Laws.watch(c, 16);
        c.createTable("t", 42, 3);
        c.ask(new SetSettings(Map.of("DecommissionDpLimit", "17", "IncomingCopiesPerDisk", "20")));
        c.copyTime(copy);
        return c;
    }

    private static long running(SimCluster c) {
        return c.moves().stream().filter(m -> m.status() == OpStatus.RUNNING).count();
    }

    @Test
    void seventeenRunningMovesAreTakenBackAtOnce() {
        SimCluster c = cluster(Duration.ofSeconds(30));
        c.masters().law(s -> assertThat(s.partitions().values())
                .allMatch(p -> p.inSync().size() >= 3));
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        c.run("17 run", LONG, () -> running(c) == 17);
        c.ask(new CancelOp(op));
        assertThat(c.op(op).status()).as("in the same command").isEqualTo(OpStatus.CANCELLED);
        assertThat(c.moves()).allMatch(m -> m.status() == OpStatus.CANCELLED);
        assertThat(c.masters().state().disksOfNode(c.id("d1"))).allMatch(d -> d.placeable());
        c.run("healthy", SECOND, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    /** Whatever step the moves are at when the cancel comes: every tenth of a second of the drain is tried. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 25, 29, 33})
    void cancelledAtAnyStepItEndsAndNothingIsLeftBehind(int tenths) {
        SimCluster c = cluster(Duration.ofMillis(800));
        c.masters().law(s -> assertThat(s.partitions().values())
                .allMatch(p -> p.inSync().size() >= 3));
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        c.world().run(Duration.ofMillis(100L * tenths));
        if (c.op(op).ended()) {
            assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
            return;
        }
        c.ask(new CancelOp(op));
        c.run("ended", SECOND, () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.masters().state().disksOfNode(c.id("d1"))).allMatch(d -> d.placeable());
        c.run("healthy", LONG, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void aDestinationThatIsPrimaryHandsOverFirst() {
        SimCluster c = new SimCluster(4, 1);
        Laws.watch(c, 1);
        c.createTable("t", 1, 1);
        c.masters().killLeaderAt(FailpointNames.MOVE_BEFORE_SWAP);
        String source = c.name(c.partitions().get(0).members().get(0).node());
        long op = c.drain(source, "/0");
        c.run("the destination is primary", LONG, () -> {
            var p = c.partitions().get(0);
            return c.masters().term() > 1
                    && c.masters().loop() != null
                    && p.joining() != null
                    && p.primary() == p.joining().replica();
        });
        c.ask(new CancelOp(op));
        c.run("ended", Duration.ofSeconds(10), () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        c.run("healthy", LONG, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    @ParameterizedTest
    @FieldSource("FAILPOINTS")
    void cancelAndLeaderKillTogether(String failpoint) {
        SimCluster c = cluster(Duration.ofMillis(800));
        c.masters().killLeaderAt(failpoint);
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        c.run(
                "the leader is killed, or it ends without passing there",
                LONG,
                () -> !c.masters().killPending() || c.op(op).ended());
        c.run(
                "another leads",
                LONG,
                () -> c.masters().loop() != null && c.masters().loop().view().isPresent());
        if (!c.op(op).ended()) {
            c.ask(new CancelOp(op));
        }
        c.run("ended", LONG, () -> c.op(op).ended());
        assertThat(c.op(op).status()).isIn(OpStatus.CANCELLED, OpStatus.SUCCESS);
        c.run("healthy", LONG, c::healthy);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void pausedItBeginsNothingMoreAndRunningMovesEndByThemselves() {
        SimCluster c = cluster(Duration.ofSeconds(2));
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        c.run("17 run", LONG, () -> running(c) == 17);
        c.ask(new PauseOp(op, false));
        c.world().run(Duration.ofSeconds(30));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.PAUSED);
        assertThat(c.moves()).filteredOn(m -> m.status() == OpStatus.SUCCESS).hasSize(17);
        assertThat(c.masters().state().openOps()).noneMatch(Op::holdsToken);
        c.ask(new ResumeOp(op));
        c.run("drained", LONG, () -> c.op(op).status() == OpStatus.SUCCESS);
        Laws.nothingLeftBehind(c);
    }

    @Test
    void pausedAtOnceMovesAreTakenBackAndBeginAgainWhenResumed() {
        SimCluster c = cluster(Duration.ofSeconds(5));
        long op = c.ask(new DecommissionNode(c.id("d1"), 2));
        c.run("17 run", LONG, () -> running(c) == 17);
        c.ask(new PauseOp(op, true));
        assertThat(c.moves())
                .allMatch(m -> m.status() == OpStatus.PAUSED && m.move().step() == MoveStep.NONE);
        c.run("healthy", SECOND, c::healthy);
        c.masters().killLeader();
        c.world().run(Duration.ofMinutes(1));
        assertThat(c.masters().state().openOps()).noneMatch(Op::holdsToken);
        c.ask(new ResumeOp(op));
        c.run("drained", LONG, () -> c.op(op).status() == OpStatus.SUCCESS);
        assertThat(c.masters().state().node(c.id("d1")).orElseThrow().drain()).isEqualTo(DrainState.DRAINED);
        Laws.nothingLeftBehind(c);
    }
}
