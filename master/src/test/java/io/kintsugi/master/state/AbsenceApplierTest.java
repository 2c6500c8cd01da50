package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.Elect;
import io.kintsugi.master.command.Command.HoldReplica;
import io.kintsugi.master.command.Command.NoteNodeDead;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.ReleaseReplica;
import io.kintsugi.master.command.Command.RepairReplica;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition 1 has replicas 1 (primary), 2, 3 on disks 1, 3, 5 of nodes 1, 2, 3. */
class AbsenceApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(1, 3, 5)));
    }

    @AfterEach
    void sound() {
        c.sound();
    }

    private void failover(boolean on) {
        c.ok(new SetSettings(Map.of("auto_failover", Boolean.toString(on))));
    }

    @Test
    void aMemberThatIsHeldIsOutUntilItIsReleased() {
        long op = c.ok(new HoldReplica(1, 1, 3, 0));
        assertThat(c.op(op).kind()).isEqualTo(OpKind.OFFLINE);
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.partition(1).inSync()).containsExactly(1L, 2L);
        c.refused("MEMBER_HELD", c.inSync(1, List.of(1L, 2L, 3L)));
        c.refused("ALREADY_HELD", new HoldReplica(1, 2, 3, 0));
        long back = c.ok(new ReleaseReplica(1, 3));
        assertThat(c.op(back).status()).isEqualTo(OpStatus.RUNNING);
        c.refused("ALREADY_REJOINING", new ReleaseReplica(1, 3));
        c.ok(c.inSync(1, List.of(1L, 2L, 3L)));
        assertThat(c.op(back).status()).isEqualTo(OpStatus.SUCCESS);
        c.refused("IN_SYNC", new ReleaseReplica(1, 3));
    }

    @Test
    void aPrimaryThatIsHeldHandsOverAndIsStillKnownAsLeader() {
        c.refused("IS_PRIMARY", new HoldReplica(1, 1, 1, 0));
        c.refused("IS_PRIMARY", new HoldReplica(1, 1, 1, 1));
        c.refused("EPOCH_MISMATCH", new HoldReplica(1, 9, 1, 2));
        c.refused("NOT_A_MEMBER", new HoldReplica(1, 1, 9, 2));
        assertThat(c.op(c.ok(new HoldReplica(1, 1, 1, 2))).absence().led()).isTrue();
        assertThat(c.partition(1).primary()).isEqualTo(2);
        assertThat(c.partition(1).away().led()).containsExactly(1L);
        c.ok(new ReleaseReplica(1, 1));
        assertThat(c.partition(1).away().led()).containsExactly(1L);
        c.ok(c.inSync(1, List.of(1L, 2L, 3L)));
        assertThat(c.partition(1).away().led()).isEmpty();
    }

    @Test
    void theLastInSyncOneIsNeverHeld() {
        c.ok(c.inSync(1, List.of(1L)));
        c.refused("LAST_IN_SYNC", new HoldReplica(1, 2, 1, 2));
        c.ok(new HoldReplica(1, 2, 2, 0));
        assertThat(c.partition(1).epoch())
                .as("nothing of the configuration changes")
                .isEqualTo(2);
    }

    @Test
    void whoFailsWhileFailoverIsOffIsHeldAndLetInWhenItIsOn() {
        failover(false);
        c.ok(new Elect(1, 1, 1, List.of(1L, 2L)));
        assertThat(c.partition(1).isHeld(3)).isTrue();
        c.ok(c.inSync(1, List.of(1L)));
        assertThat(c.partition(1).isHeld(2)).as("it only lagged").isFalse();
        c.ok(new NoteNodeDead(2, true));
        assertThat(c.partition(1).isHeld(2)).as("its datanode died").isTrue();
        failover(false);
        assertThat(c.partition(1).away().held()).containsExactly(2L, 3L);
        failover(true);
        assertThat(c.partition(1).away().held()).isEmpty();
        c.ok(new NoteNodeDead(3, true));
        assertThat(c.partition(1).away().held()).isEmpty();
    }

    @Test
    void nothingIsReplacedByItselfWhileFailoverIsOff() {
        failover(false);
        c.refused("AUTO_FAILOVER_OFF", new RepairReplica(1, 1, 3, 0, 0, "LostMember"));
        c.ok(new RepairReplica(1, 1, 3, 0, 0, ""));
    }

    @Test
    void aReturnEndsWithWhateverEndsIt() {
        c.ok(new HoldReplica(1, 1, 3, 0));
        long cancelled = c.ok(new ReleaseReplica(1, 3));
        c.refused("NOT_PAUSABLE", new PauseOp(cancelled, false));
        c.ok(new CancelOp(cancelled));
        assertThat(c.partition(1).isHeld(3)).as("as before").isTrue();
        long failed = c.ok(new ReleaseReplica(1, 3));
        c.ok(new HoldReplica(1, 2, 3, 0));
        assertThat(c.op(failed).status()).isEqualTo(OpStatus.FAILED);
        long replaced = c.ok(new ReleaseReplica(1, 3));
        c.ok(new Command.RemoveReplica(1, 2, 3, true, 0));
        assertThat(c.op(replaced).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.op(replaced).reason()).isEqualTo("REPLACED");
    }
}
