package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.AddReplica;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.RemoveReplica;
import io.kintsugi.master.command.Command.RepairReplica;
import io.kintsugi.master.command.Command.ResetTarget;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions 1 and 2 have replicas 1 to 3 and 4 to 6 on disks 1, 3, 5 of nodes 1, 2, 3; the first is primary; nodes 4 and 5 are free. */
class RepairApplierTest {
    private final TestCluster c = TestCluster.of(5, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(1, 3, 5), List.of(1, 3, 5)));
    }

    private RepairReplica repair(int partition, long lost, String rule) {
        return new RepairReplica(partition, c.partition(partition).epoch(), lost, 0, 0, rule);
    }

    /** The third replica of partition 1 leaves the in-sync set, and its repair begins on the disk. */
    private long copying(int disk) {
        c.ok(c.inSync(1, List.of(1L, 2L)));
        long op = c.ok(repair(1, 3, "LOST_REPLICA"));
        c.ok(c.readmit(op));
        c.ok(c.start(op, disk));
        return op;
    }

    @Test
    void aRepairWaitsAsMarkedAndThenGoesAsAMoveDoes() {
        c.ok(c.inSync(1, List.of(1L, 2L)));
        long op = c.ok(repair(1, 3, "LOST_REPLICA"));
        assertThat(c.op(op))
                .matches(o -> o.kind() == OpKind.REPAIR && o.status() == OpStatus.MARKED && !o.holdsToken())
                .matches(o -> o.move().automatic()
                        && o.move().source() == 3
                        && o.move().sourceDisk() == 5);
        assertThat(c.untouched(1)).isTrue();
        assertThat(c.state.openRepairs()).containsExactly(c.op(op));
        assertThat(c.state.markedMoves()).containsExactly(c.op(op));

        c.ok(c.readmit(op));
        assertThat(c.partition(1)).matches(p -> p.mutex() == RestoreMutex.RUNNING && p.mutexOp() == op);
        assertThat(c.state.movesOfNodeset(1)).containsExactly(c.op(op));
        long fresh = c.ok(c.start(op, 7));
        assertThat(c.partition(1))
                .matches(p -> p.leaving() == 3
                        && p.joining().replica() == fresh
                        && p.members().size() == 3);
        c.refused("DESTINATION_NOT_IN_SYNC", c.swap(op));
        c.growJoining(1);
        c.ok(c.swap(op));
        assertThat(c.partition(1).members()).extracting(m -> m.replica()).containsExactly(1L, 2L, fresh);
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L, fresh);
        c.ok(c.finish(op));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.untouched(1)).isTrue();
        assertThat(c.state.openRepairs()).isEmpty();
    }

    @Test
    void aLostReplicaMayBeReplacedOnItsOwnDiskOrNode() {
        long op = copying(5);
        assertThat(c.partition(1).joining().disk()).isEqualTo(5);
        c.growJoining(1);
        c.ok(c.swap(op));
        assertThat(c.state.partitionsOnDisk(5)).contains(1);
        c.ok(c.finish(op));
        c.ok(c.inSync(2, List.of(4L, 5L)));
        long other = c.ok(repair(2, 6, ""));
        c.ok(c.readmit(other));
        c.refused("SAME_NODE", c.start(other, 4));
        c.ok(c.start(other, 6));
    }

    @Test
    void oneRepairAtATimeAndNoneWhileAMoveOwnsThePartition() {
        long move = c.ok(new MoveReplica(1, 2, 0, 0, 2));
        c.ok(c.inSync(1, List.of(1L, 2L)));
        long op = c.ok(repair(1, 3, "LOST_REPLICA"));
        c.refused("ALREADY_REPAIRING", repair(1, 3, ""));
        c.refused("REPAIR_RUNNING", new MoveReplica(1, 3, 0, 0, 2));
        c.ok(c.readmit(move));
        c.refused("MOVE_RUNNING", c.readmit(op));
        c.ok(new CancelOp(op));
        c.refused("PARTITION_BUSY", repair(1, 3, ""));
        c.ok(new CancelOp(move));

        long again = c.ok(repair(1, 3, ""));
        c.ok(c.readmit(again));
        c.refused("REPAIR_RUNNING", new MoveReplica(1, 2, 0, 0, 2));
        long drain = c.drain(1);
        c.refused(
                "REPAIR_RUNNING",
                new io.kintsugi.master.command.Command.AdmitMove(
                        drain, 1, c.partition(1).epoch(), 1));
    }

    @Test
    void whatIsNotToBeRepairedIsRefused() {
        c.refused("NOT_NEEDED", repair(1, 0, ""));
        c.refused("NOT_A_MEMBER", repair(1, 9, ""));
        c.refused("EPOCH_MISMATCH", new RepairReplica(1, 7, 3, 0, 0, ""));
        c.refused("SAME_NODE", new RepairReplica(1, 1, 3, 1, 0, ""));
        c.refused("SAME_DISK", new RepairReplica(1, 1, 3, 0, 1, ""));
        c.refused("DISK_OF_OTHER_NODE", new RepairReplica(1, 1, 3, 4, 9, ""));
        c.ok(c.inSync(1, List.of(1L)));
        c.refused("LAST_IN_SYNC", repair(1, 1, ""));
    }

    @Test
    void automaticRepairsAreLimitedAndAnOperatorsAreNot() {
        c.ok(new SetSettings(Map.of("AutoDpMetaRepairParallelCnt", "1")));
        c.ok(repair(1, 3, "LOST_MEMBER"));
        c.refused("REPAIR_LIMIT", repair(2, 6, "LOST_MEMBER"));
        long own = c.ok(repair(2, 6, ""));
        assertThat(c.op(own).move()).matches(m -> m.isRepair() && !m.automatic());
        c.ok(new CancelOp(own));
        c.ok(new SetSettings(Map.of("AutoDpMetaRepairParallelCnt", "0")));
        c.refused("REPAIR_LIMIT", repair(2, 6, "LOST_MEMBER"));
    }

    @Test
    void oneThatIsNotNeededAnyMoreEndsAsCancelled() {
        long op = copying(7);
        c.refused("STILL_NEEDED", c.end(op, AttemptEnd.NEEDLESS));
        c.ok(c.inSync(1, List.of(1L, 2L, 3L)));
        c.ok(c.end(op, AttemptEnd.NEEDLESS));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.untouched(1)).isTrue();
        long move = c.ok(new MoveReplica(1, 2, 0, 0, 2));
        c.refused("STILL_NEEDED", c.end(move, AttemptEnd.NEEDLESS));
    }

    @Test
    void anAutomaticOneIsTriedAgainAndAgainAnOperatorsIsGivenUp() {
        c.ok(new SetSettings(Map.of("DecommissionRetryLimit", "1")));
        long op = copying(7);
        for (int i = 0; i < 5; i++) {
            c.ok(c.end(op, AttemptEnd.FAILURE));
            assertThat(c.op(op).status()).isEqualTo(OpStatus.MARKED);
            c.ok(c.readmit(op));
            c.ok(c.start(op, 7));
        }
        assertThat(c.op(op).tries().failures()).isEqualTo(5);
        c.ok(c.inSync(2, List.of(4L, 5L)));
        long own = c.ok(repair(2, 6, ""));
        for (int i = 0; i < 2; i++) {
            c.ok(c.readmit(own));
            c.ok(c.start(own, 9));
            c.ok(c.end(own, AttemptEnd.FAILURE));
        }
        assertThat(c.op(own).status()).isEqualTo(OpStatus.FAILED);
    }

    @Test
    void aLostReplicaThatLeftTheInSyncSetTakesNothingAlong() {
        long op = c.ok(repair(1, 3, "LOST_REPLICA"));
        c.ok(c.readmit(op));
        c.ok(c.start(op, 7));
        assertThat(c.op(op).move().notedInSync()).isEqualTo(3);
        long fresh = c.partition(1).joining().replica();
        c.ok(c.inSync(1, List.of(1L, fresh)));
        c.ok(c.swap(op));
        Partition p = c.partition(1);
        assertThat(p.inSync()).containsExactly(1L, fresh);
        assertThat(c.op(op).move().step()).isEqualTo(MoveStep.SWAPPED);
    }

    @Test
    void oneMoreThanTheTableHasRaisesThePartitionsOwnTarget() {
        long op = c.ok(new AddReplica(1, 4, 0));
        assertThat(c.partition(1)).matches(p -> p.target() == 4 && p.epoch() == 1);
        assertThat(c.op(op))
                .matches(o -> o.isRepair() && o.move().adds() && !o.move().automatic());
        c.refused("ALREADY_REPAIRING", new AddReplica(1, 0, 0));
        c.ok(c.readmit(op));
        c.refused("OTHER_DESTINATION", c.start(op, 9));
        long fresh = c.ok(c.start(op, 7));
        assertThat(c.partition(1)).matches(p -> p.leaving() == 0 && p.joining() != null);
        c.growJoining(1);
        c.ok(c.swap(op));
        assertThat(c.partition(1).members()).extracting(m -> m.replica()).containsExactly(1L, 2L, 3L, fresh);
        assertThat(c.partition(1).inSync()).hasSize(4);
        c.ok(c.finish(op));

        c.ok(new ResetTarget(1));
        c.refused("TARGET_NOT_CHANGED", new ResetTarget(1));
        c.ok(new RemoveReplica(1, c.partition(1).epoch(), fresh, false, 0));
        assertThat(c.partition(1)).matches(p -> p.target() == 3 && p.members().size() == 3);
    }

    @Test
    void oneMoreThatIsCancelledOrFailsLeavesThePartitionFree() {
        for (boolean cancelled : List.of(true, false)) {
            long op = c.ok(new AddReplica(1, 0, 0));
            c.ok(c.readmit(op));
            c.ok(c.start(op, 7));
            assertThat(c.partition(1).mutex()).isEqualTo(RestoreMutex.RUNNING);
            c.ok(cancelled ? new CancelOp(op) : c.end(op, AttemptEnd.HOPELESS));
            assertThat(c.op(op).status()).isEqualTo(cancelled ? OpStatus.CANCELLED : OpStatus.FAILED);
            assertThat(c.partition(1)).matches(p -> p.mutex() == RestoreMutex.STOP && p.joining() == null);
            long move = c.ok(new MoveReplica(1, 2, 0, 0, 2));
            c.ok(c.readmit(move));
            c.ok(new CancelOp(move));
        }
    }

    @Test
    void aRepairThatAddsIsNeedlessOnceNoneIsMissing() {
        long op = c.ok(new AddReplica(1, 0, 0));
        c.refused("STILL_NEEDED", c.end(op, AttemptEnd.NEEDLESS));
        c.ok(new ResetTarget(1));
        c.refused("NOT_NEEDED", c.readmit(op));
        c.ok(c.end(op, AttemptEnd.NEEDLESS));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        c.ok(new AddReplica(2, 0, 0));
        c.refused("SAME_NODE", new AddReplica(1, 1, 0));
        c.refused("NO_SUCH_PARTITION", new AddReplica(9, 0, 0));
    }

    @Test
    void takingOneOutNeverLowersWhatThereShouldBe() {
        c.refused("BELOW_TARGET", new RemoveReplica(1, 1, 3, false, 0));
        c.refused("NOT_A_MEMBER", new RemoveReplica(1, 1, 9, true, 0));
        c.refused("EPOCH_MISMATCH", new RemoveReplica(1, 2, 3, true, 0));
        c.refused("IS_PRIMARY", new RemoveReplica(1, 1, 1, true, 0));
        c.refused("IS_PRIMARY", new RemoveReplica(1, 1, 1, true, 1));
        assertThat(c.ok(new RemoveReplica(1, 1, 1, true, 2))).isEqualTo(2);
        assertThat(c.partition(1))
                .matches(p -> p.target() == 2 && p.primary() == 2 && p.inSync().equals(List.of(2L, 3L)));
        c.ok(c.inSync(1, List.of(2L)));
        c.refused("WOULD_LOWER_REDUNDANCY", new RemoveReplica(2, lagging(2), 5, true, 0));
        c.refused("LAST_IN_SYNC", new RemoveReplica(1, c.partition(1).epoch(), 2, true, 3));
        c.ok(new RemoveReplica(1, c.partition(1).epoch(), 3, true, 0));
        c.refused("LAST_IN_SYNC", new RemoveReplica(1, c.partition(1).epoch(), 2, true, 0));
        long op = c.ok(repair(2, 6, ""));
        c.ok(c.readmit(op));
        c.refused("PARTITION_BUSY", new RemoveReplica(2, c.partition(2).epoch(), 6, true, 0));
    }

    private long lagging(int partition) {
        c.ok(c.inSync(partition, List.of(4L, 5L)));
        return c.partition(partition).epoch();
    }

    @Test
    void aReplicaThatIsInSyncAfterAllIsNoLossToBeTakenAlong() {
        long op = c.ok(repair(1, 3, ""));
        c.ok(c.readmit(op));
        c.ok(c.start(op, 7));
        long fresh = c.partition(1).joining().replica();
        c.ok(c.inSync(1, List.of(1L, 3L, fresh)));
        c.refused("WOULD_LOWER_REDUNDANCY", c.swap(op));
        c.ok(c.inSync(1, List.of(1L, 2L, 3L, fresh)));
        c.ok(c.swap(op));
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L, fresh);
    }

    @Test
    void anOperatorMayPauseAndCancelIt() {
        long op = copying(7);
        c.ok(new PauseOp(op, true));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.PAUSED && o.move().step() == MoveStep.NONE);
        assertThat(c.untouched(1)).isTrue();
        c.ok(new CancelOp(op));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.state.ops()).extracting(Op::id).containsExactly(op);
    }
}
