package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.FinishMove;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.SwapMove;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Tries;
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
                        && o.tries().attempts() == 0
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
                        && o.tries().attempts() == 1
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

        c.refused("ALREADY_SWAPPED", c.end(move, AttemptEnd.FAILURE));
        c.refused("ALREADY_SWAPPED", new CancelOp(move));
        c.refused("ALREADY_SWAPPED", new PauseOp(move, true));
        c.ok(c.finish(move));
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.times().ended() == c.time);
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
        c.ok(c.end(move, AttemptEnd.WAIT));
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.MARKED && o.tries().equals(Tries.NONE));
        c.admit(parent, 2);
        c.refused("NO_TOKEN", c.readmit(move));
        long waiting = c.ok(new DecommissionDisk(3, 2));
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
        c.refused("IS_PRIMARY", c.end(move, AttemptEnd.ROLLBACK));
        c.ok(c.swap(move));
        c.ok(c.finish(move));
        assertThat(c.partition(4).members()).extracting(m -> m.disk()).containsExactly(3);
    }

    @Test
    void anAttemptThatCameToNothingGivesEverythingBackAndTheOpGoesOn() {
        long before = c.partition(1).epoch();
        long move = c.admit(parent, 1);
        c.ok(c.end(move, AttemptEnd.WAIT));
        assertThat(c.partition(1)).matches(p -> p.epoch() == before && p.mutex() == RestoreMutex.STOP);
        assertThat(c.state.markedMoves()).containsExactly(c.op(move));
        assertThat(c.state.movesOfNodeset(1)).isEmpty();

        c.ok(c.readmit(move));
        c.ok(c.start(move, 7));
        c.ok(c.end(move, AttemptEnd.ROLLBACK));
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.MARKED
                        && o.tries().equals(new Tries(1, 0, 1, 0))
                        && o.move().step() == MoveStep.NONE
                        && o.move().avoids(7)
                        && !o.move().avoids(9));
        assertThat(c.partition(1)).matches(p -> p.joining() == null && p.leaving() == 0 && p.epoch() == before + 2);
        assertThat(c.state.partitionsOnDisk(7)).isEmpty();
        assertThat(c.state.movesOfNodeset(1)).isEmpty();
        assertThat(c.state.children(parent)).hasSize(1);
    }

    @Test
    void failuresAndRollbacksAreCountedApartAndBounded() {
        c.ok(new SetSettings(Map.of("DecommissionRetryLimit", "1", "DecommissionRollbackLimit", "1")));
        long move = c.admit(parent, 1);
        for (AttemptEnd end : List.of(AttemptEnd.FAILURE, AttemptEnd.WAIT, AttemptEnd.ROLLBACK, AttemptEnd.WAIT)) {
            c.ok(c.start(move, 7));
            c.ok(c.end(move, end));
            assertThat(c.op(move).status()).isEqualTo(OpStatus.MARKED);
            c.ok(c.readmit(move));
        }
        assertThat(c.op(move).tries()).isEqualTo(new Tries(4, 1, 1, 0));
        c.ok(c.start(move, 9));
        c.ok(c.end(move, AttemptEnd.ROLLBACK));
        Op failed = c.op(move);
        assertThat(failed.status()).isEqualTo(OpStatus.FAILED);
        assertThat(failed.move().story())
                .extracting(Attempt::end, Attempt::disk)
                .containsExactly(
                        tuple(AttemptEnd.FAILURE, 7), tuple(AttemptEnd.ROLLBACK, 7), tuple(AttemptEnd.ROLLBACK, 9));
        assertThat(c.untouched(1)).isTrue();
        assertThat(c.partition(1).members()).extracting(m -> m.disk()).containsExactly(3, 1, 5);
        assertThat(c.state.givenUp(parent)).containsExactly(Map.entry(1, failed));
        c.refused("OP_ENDED", c.readmit(move));
    }

    @Test
    void whatIsHopelessFailsAtOnceAndNobodyStopsWhatNobodyAskedToStop() {
        long move = c.admit(parent, 1);
        c.refused("NOT_ASKED_FOR", c.end(move, AttemptEnd.STOP));
        c.ok(c.end(move, AttemptEnd.WAIT));
        c.refused("NO_ATTEMPT", c.end(move, AttemptEnd.WAIT));
        c.ok(c.end(move, AttemptEnd.HOPELESS));
        assertThat(c.op(move).status()).isEqualTo(OpStatus.FAILED);
    }

    @Test
    void theStoryKeepsTheLatestAttempts() {
        c.ok(new SetSettings(Map.of("DecommissionRetryLimit", "100")));
        long move = c.admit(parent, 1);
        for (int i = 0; i < 20; i++) {
            c.time += 1000;
            c.ok(c.end(move, AttemptEnd.FAILURE));
            c.ok(c.readmit(move));
        }
        assertThat(c.op(move).move().story()).hasSize(16).last().matches(a -> a.endedAt() == c.time);
        assertThat(c.op(move).tries().failures()).isEqualTo(20);
    }

    @Test
    void anAttemptIsNeverEndedByThrowingAwayWhatASwapWouldKeep() {
        long move = c.admit(parent, 1);
        long destination = c.ok(c.start(move, 7));
        c.ok(c.inSync(1, List.of(1L, 3L, destination)));
        c.refused("WOULD_LOWER_REDUNDANCY", c.end(move, AttemptEnd.ROLLBACK));
        c.ok(c.inSync(1, List.of(1L, 2L, destination)));
        c.ok(c.end(move, AttemptEnd.ROLLBACK));
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L);
    }

    @Test
    void anOperatorsMoveIsMarkedThenAdmittedAndGoesWhereItIsWanted() {
        c.refused("NO_SUCH_PARTITION", new MoveReplica(99, 1, 0, 0, 2));
        c.refused("NOT_A_MEMBER", new MoveReplica(1, 99, 0, 0, 2));
        c.refused("SAME_DISK", new MoveReplica(1, 1, 0, 3, 2));
        c.refused("SAME_NODE", new MoveReplica(1, 1, 3, 0, 2));
        c.refused("SAME_NODE", new MoveReplica(1, 1, 0, 6, 2));
        c.refused("DISK_OF_OTHER_NODE", new MoveReplica(1, 1, 5, 7, 2));
        c.refused("DISK_NOT_PLACEABLE", new MoveReplica(1, 2, 0, 1, 2));
        c.refused("NO_SUCH_DISK", new MoveReplica(1, 1, 0, 99, 2));
        c.refused("BAD_WEIGHT", new MoveReplica(1, 1, 0, 7, 101));
        long move = c.ok(new MoveReplica(1, 1, 0, 7, 9));
        assertThat(c.op(move))
                .matches(o -> o.status() == OpStatus.MARKED && o.weight() == 9 && o.parent() == 0 && !o.holdsToken());
        assertThat(c.refused("ALREADY_MOVING", new MoveReplica(1, 1, 0, 8, 2)).value())
                .isEqualTo(move);
        c.ok(c.readmit(move));
        c.refused("MOVE_RUNNING", new AdmitMove(parent, 1, 1, 2));
        c.refused("OTHER_DESTINATION", c.start(move, 9));
        c.refused("SAME_DISK", c.start(move, 3));
        c.ok(c.start(move, 7));
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
