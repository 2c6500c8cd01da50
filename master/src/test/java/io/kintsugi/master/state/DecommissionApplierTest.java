package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.NoteOp;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.OpStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecommissionApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    private FinishDecommission finish(long op, boolean success) {
        return new FinishDecommission(op, c.op(op).revision(), success, success ? "" : "GIVEN_UP", "");
    }

    private AdmitDisk admit(long op, boolean admitted) {
        return new AdmitDisk(op, c.op(op).revision(), admitted, admitted ? "" : "ALL_WAITING", "");
    }

    @Test
    void aDiskIsDrainedOnceAndSaysByWhichOp() {
        long op = c.ok(new DecommissionDisk(1, 2));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.MARKED
                        && o.target().equals("n1:/d1")
                        && !o.reason().isEmpty());
        assertThat(c.disk(1)).matches(d -> d.drain() == DrainState.DRAINING && d.drainOp() == op && !d.placeable());
        assertThat(c.refused("ALREADY_DECOMMISSIONING", new DecommissionDisk(1, 2))
                        .value())
                .isEqualTo(op);
        assertThat(c.refused("DECOMMISSION_RUNNING", new RecommissionDisk(1)).value())
                .isEqualTo(op);
        c.ok(finish(op, true));
        assertThat(c.disk(1)).matches(d -> d.drain() == DrainState.DRAINED && d.drainOp() == op && !d.placeable());
        c.refused("ALREADY_DECOMMISSIONED", new DecommissionDisk(1, 2));
        c.ok(new RecommissionDisk(1));
        assertThat(c.disk(1).placeable()).isTrue();
        c.refused("NOT_DECOMMISSIONED", new RecommissionDisk(1));
    }

    @Test
    void aBrokenDiskCanBeDrained() {
        c.ok(new SetDiskStatus(1, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.ok(new DecommissionDisk(1, 2));
        c.refused("NO_SUCH_DISK", new DecommissionDisk(99, 2));
    }

    @Test
    void slotsOfANodesetAreLimited() {
        c.ok(new SetSettings(Map.of("DecommissionDiskLimit", "1")));
        long first = c.drain(1);
        long second = c.ok(new DecommissionDisk(3, 2));
        c.refused("NO_DISK_SLOT", admit(second, true));
        c.refused("ILLEGAL_TRANSITION", admit(second, false));
        c.ok(admit(first, false));
        assertThat(c.op(first))
                .matches(o -> o.status() == OpStatus.MARKED && o.reason().equals("ALL_WAITING"));
        c.ok(admit(second, true));
        assertThat(Invariants.limitsExceeded(c.state)).isEmpty();
        c.ok(finish(second, true));
        c.ok(admit(first, true));
    }

    @Test
    void successNeedsAnEmptyDiskAndNoMoveUnderWay() {
        c.table("t", List.of(List.of(3, 1)));
        long op = c.drain(1);
        c.refused("DISK_NOT_EMPTY", finish(op, true));
        long move = c.admit(op, 1);
        c.ok(c.start(move, 5));
        c.growJoining(1);
        c.ok(c.swap(move));
        assertThat(c.state.partitionsOnDisk(1)).isEmpty();
        c.refused("MOVES_RUNNING", finish(op, true));
        c.refused("MOVES_RUNNING", finish(op, false));
        c.ok(c.finish(move));
        c.ok(finish(op, true));
        c.refused("OP_ENDED", finish(op, true));
    }

    @Test
    void aFailedDecommissionLeavesNoDisabledDisk() {
        c.table("t", List.of(List.of(3, 1)));
        long op = c.drain(1);
        c.ok(finish(op, false));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.FAILED && o.reason().equals("GIVEN_UP"));
        assertThat(c.disk(1).placeable()).isTrue();
    }

    @Test
    void notesKeepReasonAndProgress() {
        long op = c.drain(1);
        c.ok(new NoteOp(op, c.op(op).revision(), "NO_DESTINATION", "all disks are full", 5, 10));
        assertThat(c.op(op))
                .matches(o -> o.reason().equals("NO_DESTINATION")
                        && o.progress().bytesDone() == 5
                        && o.progress().bytesTotal() == 10);
        c.refused("REVISION_MISMATCH", new NoteOp(op, 1, "X", "", 0, 0));
        c.refused("BAD_PROGRESS", new NoteOp(op, c.op(op).revision(), "X", "", 11, 10));
    }
}
