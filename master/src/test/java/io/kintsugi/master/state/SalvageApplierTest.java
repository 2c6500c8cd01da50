package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.Elect;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.command.Command.RepairReplica;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.StartSalvage;
import io.kintsugi.master.command.Command.SwapSalvaged;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition 1 has replicas 1, 2, 3 on disks 1, 3, 5 of nodes 1, 2, 3; only 1 is in-sync, its disk is broken; node 4 is free. */
class SalvageApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    @BeforeEach
    void theOnlyCopyLiesOnABrokenDisk() {
        c.table("t", List.of(List.of(1, 3, 5)));
        c.ok(new SetSettings(Map.of("AutoDpMetaRepairMode", "on")));
        c.ok(c.inSync(1, List.of(1L)));
        broken(1);
    }

    private void broken(int disk) {
        c.ok(new SetDiskStatus(disk, DiskStatus.UNAVAILABLE.wire(), "EIO"));
    }

    private Partition p() {
        return c.partition(1);
    }

    private long repair(long lost) {
        return c.ok(new RepairReplica(1, p().epoch(), lost, 0, 0, "LastCopy"));
    }

    /** The op of its repair, prepared. */
    private long prepared() {
        long op = repair(1);
        c.ok(c.readmit(op));
        return op;
    }

    private StartSalvage start(long op, int disk) {
        return new StartSalvage(op, c.op(op).revision(), 1, p().epoch(), disk);
    }

    private SwapSalvaged swap(long op) {
        return new SwapSalvaged(op, c.op(op).revision(), 1, p().epoch());
    }

    @Test
    void theCopyStandsInThePlaceOfTheBrokenOneAloneInSync() {
        long op = prepared();
        long fresh = c.ok(start(op, 7));
        assertThat(p())
                .matches(Partition::salvaged)
                .matches(p -> p.epoch() == 3 && p.primary() == 0 && p.leaving() == 1)
                .matches(p -> p.inSync().equals(List.of(1L)));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.RUNNING && o.move().step() == MoveStep.ADDED);

        c.ok(swap(op));

        assertThat(p())
                .matches(p -> p.epoch() == 4 && p.primary() == fresh)
                .matches(p -> p.inSync().equals(List.of(fresh)) && p.joining() == null)
                .matches(p -> p.members().stream().map(Member::replica).toList().equals(List.of(fresh, 2L, 3L)));
        c.ok(c.finish(op));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.untouched(1)).isTrue();
    }

    @Test
    void theLastCopyOnADiskThatWorksIsNotReplaced() {
        c.ok(new SetDiskStatus(1, DiskStatus.NORMAL.wire(), ""));
        c.refused("LAST_IN_SYNC", new RepairReplica(1, p().epoch(), 1, 0, 0, "LastCopy"));
    }

    @Test
    void aDiskThatWorksAgainIsNotReadSo() {
        long op = prepared();
        c.ok(new SetDiskStatus(1, DiskStatus.NORMAL.wire(), ""));
        c.refused("DISK_NOT_BROKEN", start(op, 7));
    }

    @Test
    void whatIsNotInSyncIsNoSource() {
        broken(3);
        long op = repair(2);
        c.ok(c.readmit(op));
        c.refused("NOT_IN_SYNC", start(op, 7));
    }

    @Test
    void theEpochInWhichItWasCopiedIsTheOnlyOneInWhichItCounts() {
        long op = prepared();
        c.refused("WRONG_STEP", swap(op));
        c.ok(start(op, 7));
        SwapSalvaged late = swap(op);
        c.ok(new Elect(1, p().epoch(), 1, List.of(1L)));
        c.refused("REVISION_MISMATCH", late);
        c.refused("WRONG_STEP", swap(op));
    }

    @Test
    void whoIsElectedMeanwhileEndsTheAttemptAndNothingOfItStays() {
        long op = prepared();
        long fresh = c.ok(start(op, 7));
        c.ok(new Elect(1, p().epoch(), 1, List.of(1L)));
        assertThat(p()).matches(p -> p.primary() == 1 && p.member(fresh).isEmpty());
        assertThat(c.untouched(1)).isTrue();
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.MARKED && o.reason().equals("PRIMARY_BACK"))
                .matches(o -> o.move().destination() == 0);
    }

    @Test
    void whatItsOperatorAskedForMeanwhileIsDoneByTheElection() {
        long op = prepared();
        c.ok(start(op, 7));
        c.ok(new CancelOp(op));
        c.ok(new Elect(1, p().epoch(), 1, List.of(1L)));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.untouched(1)).isTrue();
    }

    @Test
    void aFailedCopyIsTakenBackAndTheBrokenOneIsStillAllThatThereIs() {
        long op = prepared();
        long fresh = c.ok(start(op, 7));
        c.ok(c.end(op, AttemptEnd.FAILURE));
        assertThat(p()).matches(p -> p.member(fresh).isEmpty() && p.inSync().equals(List.of(1L)));
        assertThat(p().salvaged()).isFalse();
        assertThat(c.op(op).ended()).isFalse();
    }

    @Test
    void aForcedRecoveryTakesOverAndWhatCameFromTheDiskIsNoMember() {
        long op = prepared();
        long fresh = c.ok(start(op, 7));
        c.ok(new FencePartition(1, p().epoch()));
        assertThat(p()).matches(p -> p.member(fresh).isEmpty() && p.members().size() == 3 && p.primary() == 0);
        assertThat(c.op(op).move().destination()).isZero();
    }
}
