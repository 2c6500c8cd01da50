package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.AcknowledgeOp;
import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.DeleteOps;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.command.Command.RecommissionNode;
import io.kintsugi.master.command.Command.RemoveDisk;
import io.kintsugi.master.command.Command.RemoveNode;
import io.kintsugi.master.command.Command.ResumeOp;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators ask of ops, and drains of datanodes. Partitions 1 to 3 are on disks 1, 3, 5 of nodes 1, 2, 3; nodes 4 and 5 are free. */
class VerbApplierTest {
    private final TestCluster c = TestCluster.of(5, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(3, 1, 5), List.of(3, 1, 5), List.of(3, 1, 5)));
    }

    private void is(long op, OpStatus status, Intent intent) {
        assertThat(c.op(op)).matches(o -> o.status() == status && o.intent() == intent, status + " " + intent);
    }

    private FinishDecommission finish(Op drain, boolean success) {
        return new FinishDecommission(drain.id(), drain.revision(), success, "R", "");
    }

    @Test
    void cancelTakesBackWhatIsNotPastItsSwapAndFinishesTheRest() {
        long drain = c.drain(1);
        long prepared = c.admit(drain, 1);
        long copies = c.admit(drain, 2);
        long swapped = c.admit(drain, 3);
        c.ok(c.start(copies, 7));
        c.ok(c.start(swapped, 9));
        c.growJoining(3);
        c.ok(c.swap(swapped));
        c.ok(new CancelOp(drain));
        is(prepared, OpStatus.CANCELLED, Intent.NONE);
        is(copies, OpStatus.CANCELLED, Intent.NONE);
        is(swapped, OpStatus.RUNNING, Intent.NONE);
        is(drain, OpStatus.RUNNING, Intent.CANCEL);
        assertThat(c.untouched(1) && c.untouched(2)).isTrue();
        c.refused("PARENT_NOT_ADMITTED", new AdmitMove(drain, 1, c.partition(1).epoch(), 2));
        c.refused("CANCELLING", new PauseOp(drain, true));
        c.ok(c.finish(swapped));
        is(drain, OpStatus.CANCELLED, Intent.NONE);
        assertThat(c.disk(1).placeable()).isTrue();
        c.refused("OP_ENDED", new CancelOp(drain));
    }

    @Test
    void whatRedundancyNeedsIsOnlyMarkedForCancel() {
        long drain = c.drain(1);
        long move = c.admit(drain, 1);
        long destination = c.ok(c.start(move, 7));
        c.growJoining(1);
        c.ok(c.elect(1, destination));
        c.ok(new CancelOp(drain));
        is(move, OpStatus.RUNNING, Intent.CANCEL);
        c.refused("IS_PRIMARY", c.end(move, AttemptEnd.STOP));
        c.ok(c.elect(1, 1));
        c.ok(c.end(move, AttemptEnd.STOP));
        is(move, OpStatus.CANCELLED, Intent.NONE);
        is(drain, OpStatus.CANCELLED, Intent.NONE);
        assertThat(c.untouched(1)).isTrue();
    }

    @Test
    void pauseHoldsWhatHasChangedNothingAndNowTakesBackTheRest() {
        long drain = c.drain(1);
        long prepared = c.admit(drain, 1);
        long copies = c.admit(drain, 2);
        c.ok(c.start(copies, 7));
        c.ok(new PauseOp(drain, false));
        is(drain, OpStatus.PAUSED, Intent.NONE);
        is(prepared, OpStatus.PAUSED, Intent.NONE);
        is(copies, OpStatus.RUNNING, Intent.NONE);
        c.refused("ALREADY_PAUSED", new PauseOp(drain, false));
        c.refused(
                "PARENT_NOT_ADMITTED",
                new AdmitMove(
                        drain, 3, 1, c.partition(3).onDisk(1).orElseThrow().replica()));
        c.ok(new ResumeOp(drain));
        is(prepared, OpStatus.MARKED, Intent.NONE);
        c.refused("PARENT_NOT_ADMITTED", c.readmit(prepared));
        c.ok(new AdmitDisk(drain, c.op(drain).revision(), true, "", ""));
        c.ok(c.readmit(prepared));
        c.ok(new PauseOp(drain, true));
        is(copies, OpStatus.PAUSED, Intent.NONE);
        assertThat(c.untouched(1) && c.untouched(2)).isTrue();
        assertThat(c.state.movesOfNodeset(1)).isEmpty();
        c.ok(new CancelOp(drain));
        is(copies, OpStatus.CANCELLED, Intent.NONE);
        is(drain, OpStatus.CANCELLED, Intent.NONE);
    }

    @Test
    void aPauseThatIsNotDoneYetCanBeWithdrawnAndACancelIsNotTurnedIntoAPause() {
        long drain = c.drain(1);
        long move = c.admit(drain, 1);
        long destination = c.ok(c.start(move, 7));
        c.growJoining(1);
        c.ok(c.elect(1, destination));
        c.ok(new PauseOp(drain, true));
        is(move, OpStatus.RUNNING, Intent.PAUSE);
        c.ok(new ResumeOp(drain));
        is(move, OpStatus.RUNNING, Intent.NONE);
        c.refused("NOT_PAUSED", new ResumeOp(move));
        c.ok(new CancelOp(move));
        c.ok(new PauseOp(drain, true));
        is(move, OpStatus.RUNNING, Intent.CANCEL);
        c.ok(c.swap(move));
        c.ok(c.finish(move));
        is(move, OpStatus.SUCCESS, Intent.NONE);
    }

    @Test
    void acknowledgedOnceEnded() {
        long drain = c.drain(2);
        c.refused("NOT_ENDED", new AcknowledgeOp(drain));
        c.ok(finish(c.op(drain), true));
        Op ended = c.op(drain);
        c.time += 1000;
        c.ok(new AcknowledgeOp(drain));
        assertThat(c.op(drain)).matches(o -> o.acknowledged() && o.times().equals(ended.times()));
        c.refused("NO_SUCH_OP", new AcknowledgeOp(99));
    }

    @Test
    void endedOpsAreDeletedPartsFirstAndTheirIdsNeverComeAgain() {
        long drain = c.drain(1);
        long move = c.admit(drain, 1);
        c.refused("NOT_ENDED", new DeleteOps(List.of(move)));
        c.ok(new CancelOp(move));
        c.refused("PART_OF_OPEN", new DeleteOps(List.of(move)));
        c.ok(new CancelOp(drain));
        c.refused("HAS_PARTS", new DeleteOps(List.of(drain)));
        assertThat(c.ok(new DeleteOps(List.of(move, drain, 99L)))).isEqualTo(2);
        assertThat(c.state.ops()).isEmpty();
        assertThat(c.ok(new DeleteOps(List.of(move)))).as("gone already").isZero();
        assertThat(c.drain(1)).isGreaterThan(move);
    }

    @Test
    void aNodesDrainEndsWithItsLastDiskAndTakesNothingNew() {
        long own = c.drain(1);
        long node = c.ok(new DecommissionNode(1, 5));
        c.refused("ALREADY_DECOMMISSIONING", new DecommissionNode(1, 2));
        c.refused("NODE_NOT_EMPTY", new RemoveNode(2));
        Op part = c.state.children(node).iterator().next();
        assertThat(part).matches(o -> o.disk() == 2 && o.weight() == 5);
        c.ok(finish(part, true));
        is(node, OpStatus.RUNNING, Intent.NONE);
        c.ok(new CancelOp(own));
        is(node, OpStatus.FAILED, Intent.NONE);
        assertThat(c.op(node))
                .matches(o -> o.reason().equals("DISKS_LEFT") && o.message().contains("/d1"));
        assertThat(c.disk(2).placeable()).isTrue();

        long again = c.ok(new DecommissionNode(4, 2));
        c.state.children(again).forEach(p -> c.ok(finish(p, true)));
        is(again, OpStatus.SUCCESS, Intent.NONE);
        c.refused("ALREADY_DECOMMISSIONED", new DecommissionNode(4, 2));
        c.refused("NODE_DECOMMISSIONED", new RecommissionDisk(7));
        c.ok(TestCluster.node(4, 3));
        assertThat(c.state.disksOfNode(4)).hasSize(3).allMatch(d -> d.drain() == DrainState.DRAINED);
        c.ok(new RecommissionNode(4));
        assertThat(c.state.disksOfNode(4)).allMatch(d -> d.placeable());
        c.refused("NOT_DECOMMISSIONED", new RecommissionNode(4));
    }

    @Test
    void aDiskWhoseDrainFailedTakesNothingWhileItsNodeIsDrained() {
        long node = c.ok(new DecommissionNode(4, 2));
        List<Op> parts = List.copyOf(c.state.children(node));
        c.ok(new CancelOp(parts.get(0).id()));
        is(node, OpStatus.RUNNING, Intent.NONE);
        long drain = c.drain(1);
        c.refused("DISK_NOT_PLACEABLE", c.start(c.admit(drain, 1), parts.get(0).disk()));
        c.ok(new CancelOp(node));
        is(node, OpStatus.CANCELLED, Intent.NONE);
        assertThat(c.state.disksOfNode(4)).allMatch(d -> d.placeable());
    }

    @Test
    void removedIsWhatHoldsNothingOrIsLost() {
        c.table("one", List.of(List.of(7)));
        c.refused("ONLY_GOOD_COPY", new RemoveDisk(7));
        c.ok(new SetDiskStatus(1, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.ok(new RemoveDisk(1));
        c.refused("ALREADY_REMOVED", new RemoveDisk(1));
        assertThat(c.disk(1).present()).isFalse();
        c.refused("DISK_GONE", new SetDiskStatus(1, DiskStatus.NORMAL.wire(), ""));
        c.ok(new DecommissionDisk(10, 2));
        c.refused("DECOMMISSION_RUNNING", new RemoveDisk(10));
        c.refused("DECOMMISSION_RUNNING", new RemoveNode(5));
        c.refused("NODE_NOT_EMPTY", new RemoveNode(4));
        c.ok(new CancelOp(c.disk(10).drainOp()));
        c.ok(new RemoveNode(5));
        assertThat(c.state.node(5)).isEmpty();
        assertThat(c.state.disksOfNode(5)).isEmpty();
    }
}
