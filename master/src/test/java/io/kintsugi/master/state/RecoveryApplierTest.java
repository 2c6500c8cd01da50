package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.ChooseSurvivor;
import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.DropTable;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.FinishRecovery;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.PurgeTable;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.command.Command.RecommissionNode;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.model.RestoreMutex;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition 1 has replicas 1, 2, 3 on disks 1, 3, 5 of nodes 1, 2, 3; node 4 is free. */
class RecoveryApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(1, 3, 5)));
    }

    private long fence() {
        return c.ok(new FencePartition(1, c.partition(1).epoch()));
    }

    private ChooseSurvivor choose(long op, long replica) {
        Partition p = c.partition(1);
        return new ChooseSurvivor(op, c.op(op).revision(), p.id(), p.epoch(), replica, 0, "some is lost");
    }

    private FinishRecovery end(long op) {
        return new FinishRecovery(op, c.op(op).revision());
    }

    @Test
    void theFenceRaisesTheEpochWithoutPrimaryAndKeepsEverybody() {
        long op = fence();
        assertThat(c.partition(1))
                .matches(p -> p.epoch() == 2 && p.primary() == 0)
                .matches(p ->
                        p.inSync().equals(List.of(1L, 2L, 3L)) && p.members().size() == 3)
                .matches(p -> p.mutex() == RestoreMutex.RUNNING && p.mutexOp() == op);
        assertThat(c.op(op))
                .matches(o -> o.kind() == OpKind.RECOVERY && o.status() == OpStatus.RUNNING)
                .matches(o -> o.recovery().step() == RecoveryStep.FENCED
                        && o.recovery().fenceEpoch() == 2);
        c.refused("EPOCH_MISMATCH", new FencePartition(1, 1));
        c.refused("BAD_WAIT", new FencePartition(1, 2, -1, 0, false));
        c.refused("NOT_A_MEMBER", new FencePartition(1, 2, 0, 9, false));
        assertThat(c.refused("ALREADY_RECOVERING", new FencePartition(1, 2)).value())
                .isEqualTo(op);
        c.refused("REPAIR_RUNNING", new MoveReplica(1, 1, 0, 0, 2));
        c.refused("NOT_PAUSABLE", new PauseOp(op, true));
    }

    @Test
    void anInSyncReplicaIsElectedAndNothingIsLost() {
        long op = fence();
        c.refused("IN_SYNC", choose(op, 2));
        c.refused("NO_PRIMARY", end(op));
        c.ok(c.elect(1, 2));
        c.refused("NOT_FENCED", choose(op, 3));
        c.ok(end(op));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("NOTHING_LOST"));
        assertThat(c.untouched(1)).isTrue();
        assertThat(c.partition(1).forced()).isNull();
    }

    @Test
    void theSurvivorIsAllThatThereIsAndTheOpSaysWhatItCost() {
        c.ok(c.inSync(1, List.of(1L)));
        long op = fence();
        c.refused("NOT_A_MEMBER", choose(op, 9));
        c.ok(choose(op, 3));
        assertThat(c.partition(1))
                .matches(p -> p.members().equals(List.of(new Member(3, 3, 5, 0))) && p.primary() == 3)
                .matches(p -> p.inSync().equals(List.of(3L)) && p.target() == 3)
                .matches(p -> p.forced().removed(1) && p.forced().removed(2))
                .matches(p -> !p.forced().removed(3) && !p.forced().removed(4));
        c.refused("NOT_FENCED", choose(op, 3));
        c.ok(end(op));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("DATA_MAY_BE_LOST"))
                .matches(o -> o.message().equals("some is lost"));
        assertThat(c.untouched(1)).isTrue();
    }

    @Test
    void whoNeverWasInSyncIsToldFromWhoLeftLast() {
        c.ok(c.start(c.admit(c.drain(3), 1), 7));
        c.ok(c.inSync(1, List.of(1L)));
        assertThat(c.partition(1).joining().leftEpoch()).isEqualTo(Member.NEVER);
        assertThat(c.partition(1).member(3).orElseThrow().leftEpoch())
                .isEqualTo(c.partition(1).epoch());
    }

    @Test
    void cancelledBeforeTheChoiceItIsAsIfNothingHadBeen() {
        long op = fence();
        c.ok(new CancelOp(op));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.untouched(1)).isTrue();
        c.ok(c.elect(1, 1));
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void cancelledAfterTheChoiceItStandsAndAnotherRecoveryMayTakeWhatWasRemoved() {
        c.ok(c.inSync(1, List.of(1L)));
        long first = fence();
        c.ok(choose(first, 3));
        c.ok(new CancelOp(first));
        assertThat(c.op(first))
                .matches(o -> o.status() == OpStatus.CANCELLED && o.reason().equals("DATA_MAY_BE_LOST"))
                .matches(o -> o.message().contains("the choice stands"));
        assertThat(c.partition(1).primary()).isEqualTo(3);
        long second = fence();
        Partition p = c.partition(1);
        c.ok(new ChooseSurvivor(second, c.op(second).revision(), 1, p.epoch(), 2, 3, "all but 2's"));
        assertThat(c.partition(1))
                .matches(now -> now.members().equals(List.of(new Member(2, 2, 3, 0))))
                .matches(now -> now.forced().removed(3) && !now.forced().removed(2));
    }

    /** A recovery went on with 3: no configuration names replica 2 on disk 3 any more. */
    private void recoveredWith3() {
        c.ok(c.inSync(1, List.of(1L)));
        long first = fence();
        c.ok(choose(first, 3));
        c.ok(end(first));
    }

    private ChooseSurvivor choose2(long op) {
        return new ChooseSurvivor(op, c.op(op).revision(), 1, c.partition(1).epoch(), 2, 3, "all but 2's");
    }

    private void finish(long drain) {
        c.ok(new FinishDecommission(drain, c.op(drain).revision(), true, "", ""));
    }

    @Test
    void whatLiesOnADrainedDiskIsNotChosenBeforeThatIsTakenBack() {
        recoveredWith3();
        finish(c.drain(3));
        assertThat(c.disk(3).drain()).isEqualTo(DrainState.DRAINED);
        long op = fence();
        c.refused("SURVIVOR_DRAINED", choose2(op));
        c.ok(new RecommissionDisk(3));
        c.ok(choose2(op));
    }

    @Test
    void norWhatLiesOnADrainedDatanode() {
        recoveredWith3();
        c.ok(new DecommissionNode(2, Op.DEFAULT_WEIGHT));
        for (int disk : List.of(3, 4)) {
            long drain = c.disk(disk).drainOp();
            c.ok(new AdmitDisk(drain, c.op(drain).revision(), true, "", ""));
            finish(drain);
        }
        long op = fence();
        c.refused("SURVIVOR_DRAINED", choose2(op));
        c.ok(new RecommissionNode(2));
        c.ok(choose2(op));
    }

    @Test
    void whatLiesOnADiskThatIsStillBeingDrainedMayBeChosenAndIsMovedThen() {
        recoveredWith3();
        long drain = c.drain(3);
        long op = fence();
        c.ok(choose2(op));
        c.refused("DISK_NOT_EMPTY", new FinishDecommission(drain, c.op(drain).revision(), true, "", ""));
        c.ok(end(op));
        c.ok(c.start(c.admit(drain, 1), 1));
    }

    @Test
    void aMoveUnderWayWaitsAndItsCopyStaysAsAMember() {
        long drain = c.drain(1);
        long move = c.admit(drain, 1);
        long joining = c.ok(c.start(move, 7));
        long op = fence();
        assertThat(c.op(move))
                .matches(m -> m.status() == OpStatus.MARKED && m.move().destination() == 0);
        assertThat(c.partition(1))
                .matches(p ->
                        p.joining() == null && p.leaving() == 0 && p.members().size() == 4)
                .matches(p -> p.member(joining).orElseThrow().leftEpoch() == Member.NEVER);
        c.refused("REPAIR_RUNNING", c.readmit(move));
        c.ok(new CancelOp(op));
        c.ok(c.elect(1, 2));
        c.ok(c.readmit(move));
    }

    @Test
    void aMoveThatIsCancelledOrPastItsSwapEnds() {
        long drain = c.drain(1);
        long move = c.admit(drain, 1);
        c.ok(c.start(move, 7));
        c.growJoining(1);
        c.ok(c.elect(1, 2));
        c.ok(c.swap(move));
        fence();
        assertThat(c.op(move).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.partition(1).members()).hasSize(3);
    }

    @Test
    void aPurgedTableEndsIt() {
        c.ok(new SetSettings(Map.of("DroppedTableRetentionMs", "0")));
        long op = fence();
        c.ok(new DropTable(1));
        c.ok(new PurgeTable(1));
        assertThat(c.op(op)).matches(Op::ended).matches(o -> o.reason().equals("TABLE_PURGED"));
    }
}
