package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.FinishMove;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.SwapMove;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions 1 to 3 have replicas on disks 1, 3, 5 of nodes 1, 2, 3; disk 1 is drained; nodes 4 and 5 (disks 7 to 10) are free. */
class MoveApplierTest {
    private final TestCluster c = TestCluster.of(5, 2);
    private long parent;

    @BeforeEach
    void drained() {
        c.table("t", List.of(List.of(3, 1, 5), List.of(3, 1, 5), List.of(1, 3, 5)));
        parent = c.drain(1);
    }

    @Test
    void aMoveAddsThenSwapsThenEnds() {
        long move = c.admit(parent, 1);
        assertThat(c.partition(1))
                .matches(p -> p.mutex() == RestoreMutex.FORBIDDEN && p.mutexOp() == move && p.epoch() == 1);
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.PREPARE
                        && o.attempts() == 0
                        && o.target().equals("t.0"));
        assertThat(c.state.movesOfNodeset(1)).containsExactly(c.op(move));

        long destination = c.ok(c.start(move, 7));
        Partition added = c.partition(1);
        assertThat(added.joining().replica()).isEqualTo(destination);
        assertThat(added.leaving()).isEqualTo(2);
        assertThat(added.epoch()).isEqualTo(2);
        assertThat(added.inSync()).containsExactly(1L, 2L, 3L);
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.RUNNING
                        && o.attempts() == 1
                        && o.move().notedInSync() == 3);
        assertThat(c.state.movesToDisk(7)).containsExactly(c.op(move));

        c.refused("DESTINATION_NOT_IN_SYNC", c.swap(move));
        c.growJoining(1);
        assertThat(c.ok(c.swap(move))).isEqualTo(4);
        Partition swapped = c.partition(1);
        assertThat(swapped.members()).extracting(m -> m.disk()).containsExactly(3, 7, 5);
        assertThat(swapped.inSync()).containsExactly(1L, 3L, destination);
        assertThat(swapped.joining()).isNull();
        assertThat(swapped.leaving()).isZero();
        assertThat(c.op(move).move()).matches(m -> m.step() == MoveStep.SWAPPED && m.swapEpoch() == 4);
        assertThat(c.state.partitionsOnDisk(1)).containsExactly(2, 3);
        assertThat(c.state.movesOfNodeset(1))
                .as("the token is held until the source's files are gone")
                .hasSize(1);

        c.refused("ALREADY_SWAPPED", c.abandon(move));
        c.ok(c.finish(move));
        assertThat(c.op(move)).matches(o -> o.status() == OpStatus.SUCCESS && o.endedAt() == c.time);
        assertThat(c.partition(1)).matches(p -> p.mutex() == RestoreMutex.STOP && p.mutexOp() == 0);
        assertThat(c.state.movesOfNodeset(1)).isEmpty();
        assertThat(c.state.children(parent))
                .as("ended ones included")
                .extracting(Op::id)
                .containsExactly(move);
        c.refused("OP_ENDED", c.finish(move));
    }

    @Test
    void admissionChecksParentSourceMutexEpochAndTokens() {
        c.refused("NO_SUCH_OP", new AdmitMove(99, 1, 1, 2));
        c.refused("SOURCE_NOT_ON_DISK", new AdmitMove(parent, 1, 1, 1));
        c.refused("EPOCH_MISMATCH", new AdmitMove(parent, 1, 2, 2));
        long move = c.admit(parent, 1);
        c.refused("MOVE_RUNNING", new AdmitMove(parent, 1, 1, 2));
        c.refused("PARENT_NOT_ADMITTED", new AdmitMove(move, 2, 1, 5));
        c.ok(new SetSettings(Map.of("DecommissionDpLimit", "1")));
        c.refused("NO_TOKEN", new AdmitMove(parent, 2, 1, 5));
        assertThat(Invariants.limitsExceeded(c.state)).isEmpty();
        c.ok(c.abandon(move));
        c.admit(parent, 2);
        long waiting = c.ok(new DecommissionDisk(3));
        c.refused("PARENT_NOT_ADMITTED", new AdmitMove(waiting, 1, 1, 1));
    }

    @Test
    void startChecksTheDestination() {
        long move = c.admit(parent, 1);
        c.refused("SAME_NODE", c.start(move, 4));
        c.refused("DISK_NOT_PLACEABLE", c.start(move, 1));
        c.ok(new SetDiskStatus(9, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.refused("DISK_NOT_PLACEABLE", c.start(move, 9));
        c.refused("NO_SUCH_DISK", c.start(move, 99));
        c.ok(new SetSettings(Map.of("IncomingCopiesPerDisk", "1")));
        c.ok(c.start(move, 7));
        c.refused("NOT_PREPARED", c.start(move, 8));
        long second = c.admit(parent, 2);
        c.refused("INCOMING_LIMIT", c.start(second, 7));
        c.growJoining(1);
        c.ok(c.swap(move));
        c.ok(c.start(second, 7));
    }

    @Test
    void theSwapWaitsForAnotherPrimary() {
        long move = c.admit(parent, 3);
        c.ok(c.start(move, 7));
        c.growJoining(3);
        c.refused("IS_PRIMARY", c.swap(move));
        c.ok(c.elect(3, 8));
        assertThat(c.partition(3).inSync()).as("the source stays in-sync").hasSize(4);
        c.ok(c.swap(move));
    }

    @Test
    void theSwapLeavesNoFewerInSyncThanThereWere() {
        long move = c.admit(parent, 1);
        long destination = c.ok(c.start(move, 7));
        c.ok(c.inSync(1, List.of(1L, 2L, destination)));
        c.refused("WOULD_LOWER_REDUNDANCY", c.swap(move));
        c.ok(c.inSync(1, List.of(1L, 3L, destination)));
        c.ok(c.swap(move));
    }

    @Test
    void withFewerInSyncToBeginWithTheSwapAsksForNoMore() {
        c.ok(c.inSync(1, List.of(1L, 2L)));
        long move = c.admit(parent, 1);
        c.ok(c.start(move, 7));
        assertThat(c.op(move).move().notedInSync()).isEqualTo(2);
        c.growJoining(1);
        c.ok(c.swap(move));
        assertThat(c.partition(1).inSync()).hasSize(2);
    }

    @Test
    void aSingleReplicaMovesThroughTwo() {
        c.table("one", List.of(List.of(2)));
        long move = c.admit(c.drain(2), 4);
        c.ok(c.start(move, 3));
        c.growJoining(4);
        c.ok(c.elect(4, c.partition(4).joining().replica()));
        c.refused("IS_PRIMARY", c.abandon(move));
        c.ok(c.swap(move));
        c.ok(c.finish(move));
        assertThat(c.partition(4).members()).extracting(m -> m.disk()).containsExactly(3);
    }

    @Test
    void abandoningGivesBackEverything() {
        long before = c.partition(1).epoch();
        long prepared = c.admit(parent, 1);
        c.ok(c.abandon(prepared));
        assertThat(c.op(prepared))
                .matches(o -> o.status() == OpStatus.FAILED
                        && o.rollbacks() == 0
                        && o.reason().equals("COPY_FAILED"));
        assertThat(c.partition(1)).matches(p -> p.epoch() == before && p.mutex() == RestoreMutex.STOP);

        long started = c.admit(parent, 1);
        c.ok(c.start(started, 7));
        c.ok(c.abandon(started));
        assertThat(c.op(started)).matches(o -> o.status() == OpStatus.FAILED && o.rollbacks() == 1);
        assertThat(c.partition(1)).matches(p -> p.joining() == null && p.leaving() == 0 && p.epoch() == before + 2);
        assertThat(c.state.partitionsOnDisk(7)).isEmpty();
        assertThat(c.state.movesOfNodeset(1)).isEmpty();
        assertThat(c.state.children(parent)).hasSize(2);
    }

    @Test
    void abandoningNeverThrowsAwayWhatASwapWouldKeep() {
        long move = c.admit(parent, 1);
        long destination = c.ok(c.start(move, 7));
        c.ok(c.inSync(1, List.of(1L, 3L, destination)));
        c.refused("WOULD_LOWER_REDUNDANCY", c.abandon(move));
        c.ok(c.inSync(1, List.of(1L, 2L, destination)));
        c.ok(c.abandon(move));
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L);
    }

    @Test
    void everyCommandNamesRevisionAndPartition() {
        long move = c.admit(parent, 1);
        c.refused("WRONG_STEP", c.finish(move));
        c.refused("WRONG_STEP", c.swap(move));
        c.ok(c.start(move, 7));
        c.refused("REVISION_MISMATCH", new SwapMove(move, 1, 1, 2));
        c.refused("WRONG_PARTITION", new SwapMove(move, c.op(move).revision(), 2, 1));
        c.refused("EPOCH_MISMATCH", new SwapMove(move, c.op(move).revision(), 1, 1));
        c.refused("WRONG_OP_KIND", new FinishMove(parent, c.op(parent).revision()));
        c.refused("WRONG_STEP", c.finish(move));
        c.refused("MOVES_RUNNING", new AdmitDisk(parent, c.op(parent).revision(), false, "X", ""));
    }
}
