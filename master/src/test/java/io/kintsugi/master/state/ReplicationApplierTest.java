package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.ChangeInSync;
import io.kintsugi.master.command.Command.Elect;
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
}
