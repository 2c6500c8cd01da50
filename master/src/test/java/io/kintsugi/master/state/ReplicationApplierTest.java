package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.ChangeInSync;
import io.kintsugi.master.command.Command.Elect;
import io.kintsugi.master.command.Command.ReplaceLost;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition 1 has replicas 1, 2, 3 on disks 1, 3, 5 of nodes 1, 2, 3; node 4 is free. */
class ReplicationApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(1, 3, 5)));
    }

    @Test
    void aShrinkNotesWhenAReplicaLeftAndAGrowTakesItBack() {
        c.ok(c.inSync(1, List.of(1L, 2L)));
        assertThat(c.partition(1).epoch()).isEqualTo(2);
        assertThat(c.partition(1).member(3).orElseThrow().leftEpoch()).isEqualTo(2);
        c.ok(c.inSync(1, List.of(1L)));
        assertThat(c.partition(1).member(3).orElseThrow().leftEpoch())
                .as("keeps its own")
                .isEqualTo(2);
        c.ok(c.inSync(1, List.of(3L, 1L)));
        assertThat(c.partition(1).inSync()).containsExactly(1L, 3L);
        assertThat(c.partition(1).member(3).orElseThrow().leftEpoch()).isZero();
        assertThat(c.partition(1).member(2).orElseThrow().leftEpoch()).isEqualTo(3);
    }

    @Test
    void oneSuccessorToAnEpochAndOnlyThePrimarysOwn() {
        ChangeInSync twice = c.inSync(1, List.of(1L, 2L));
        c.ok(twice);
        c.refused("EPOCH_MISMATCH", twice);
        c.refused("NOT_PRIMARY", new ChangeInSync(1, 2, 2, List.of(1L, 2L)));
        c.refused("NOT_PRIMARY", new ChangeInSync(1, 2, 0, List.of(1L, 2L)));
        c.refused("PRIMARY_NOT_IN_SYNC", c.inSync(1, List.of(2L)));
        c.refused("PRIMARY_NOT_IN_SYNC", c.inSync(1, List.of()));
        c.refused("NOT_A_MEMBER", c.inSync(1, List.of(1L, 9L)));
        c.refused("DUPLICATE_REPLICA", c.inSync(1, List.of(1L, 1L)));
        c.refused("NO_SUCH_PARTITION", new ChangeInSync(9, 1, 1, List.of(1L)));
    }

    @Test
    void proposingThePresentSetWithdraws() {
        c.ok(c.inSync(1, c.partition(1).inSync()));
        assertThat(c.partition(1).epoch()).isEqualTo(2);
    }

    @Test
    void anElectionTakesAnInSyncReplicaAndNeverAddsOne() {
        c.ok(new Elect(1, 1, 2, List.of(2L, 3L)));
        assertThat(c.partition(1).primary()).isEqualTo(2);
        assertThat(c.partition(1).member(1).orElseThrow().leftEpoch()).isEqualTo(2);
        c.refused("NOT_IN_SYNC", new Elect(1, 2, 2, List.of(1L, 2L)));
        c.refused("PRIMARY_NOT_IN_SYNC", new Elect(1, 2, 1, List.of(2L, 3L)));
        c.refused("PRIMARY_NOT_IN_SYNC", new Elect(1, 2, 2, List.of()));
        c.refused("EPOCH_MISMATCH", new Elect(1, 1, 2, List.of(2L)));
        c.ok(new Elect(1, 2, 2, List.of(2L, 3L)));
        assertThat(c.partition(1).epoch()).as("the same primary, restarted").isEqualTo(3);
    }

    @Test
    void aLostReplicaGivesWayToANewOneOutsideTheInSyncSet() {
        long fresh = c.ok(new ReplaceLost(1, 1, 3, 7));
        Partition p = c.partition(1);
        assertThat(p.members()).extracting(m -> m.replica()).containsExactly(1L, 2L, fresh);
        assertThat(p.inSync()).containsExactly(1L, 2L);
        assertThat(p.member(fresh).orElseThrow().leftEpoch()).isEqualTo(Member.NEVER);
        assertThat(c.state.partitionsOnDisk(5)).isEmpty();
        assertThat(c.state.partitionsOnDisk(7)).containsExactly(1);
        assertThat(c.ok(new ReplaceLost(1, 2, fresh, 8)))
                .as("on its own node, under a new id")
                .isNotEqualTo(fresh);
    }

    @Test
    void replacingIsRefusedWhereItWouldLoseOrCrowd() {
        c.refused("IS_PRIMARY", new ReplaceLost(1, 1, 1, 7));
        c.refused("NOT_A_MEMBER", new ReplaceLost(1, 1, 9, 7));
        c.refused("SAME_NODE", new ReplaceLost(1, 1, 3, 4));
        c.refused("EPOCH_MISMATCH", new ReplaceLost(1, 7, 3, 7));
        c.ok(new SetDiskStatus(7, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.refused("DISK_NOT_PLACEABLE", new ReplaceLost(1, 1, 3, 7));
        long parent = c.drain(1);
        c.admit(parent, 1);
        c.refused("PARTITION_BUSY", new ReplaceLost(1, 1, 3, 8));
    }
}
