package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.ChooseSurvivor;
import io.kintsugi.master.command.Command.FenceForData;
import io.kintsugi.master.command.Command.FinishRecoverData;
import io.kintsugi.master.command.Command.FinishRecovery;
import io.kintsugi.master.command.Command.HoldReplica;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.RecoverData;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions 1 and 2 have replicas 1, 2, 3 and 4, 5, 6 on disks 1, 3, 5 of nodes 1, 2, 3. */
class RescueApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    @BeforeEach
    void table() {
        c.table("t", List.of(List.of(1, 3, 5), List.of(1, 3, 5)));
    }

    @AfterEach
    void sound() {
        c.sound();
    }

    private boolean automatic() {
        return c.state.settings().on(Setting.AUTO_FAILOVER);
    }

    private static SetSettings failover(boolean on) {
        return new SetSettings(Map.of("auto_failover", Boolean.toString(on)));
    }

    private FinishRecoverData finish(long op) {
        return new FinishRecoverData(op, c.op(op).revision());
    }

    private FenceForData fence(long op, int partition) {
        return new FenceForData(
                op, c.op(op).revision(), partition, c.partition(partition).epoch());
    }

    private long recover(Integer... choices) {
        return c.ok(new RecoverData(0, List.of(choices)));
    }

    @Test
    void automaticFailoverIsOffWhileItGoesOnAndThenWhatItWas() {
        for (boolean before : List.of(true, false)) {
            c.ok(failover(before));
            long op = recover();
            assertThat(c.op(op).kind()).isEqualTo(OpKind.RECOVER_DATA);
            assertThat(automatic()).isFalse();
            c.refused("RECOVERING_DATA", failover(true));
            c.ok(new SetSettings(Map.of("DecommissionDpLimit", "3")));
            c.ok(finish(op));
            assertThat(automatic()).isEqualTo(before);
            assertThat(c.op(op))
                    .matches(o -> o.status() == OpStatus.SUCCESS && o.reason().equals("NOTHING_LOST"));
        }
    }

    @Test
    void whatIsCancelledPutsItBackTooAndLetsInWhoWasHeldMeanwhile() {
        long op = recover(1);
        c.ok(new HoldReplica(2, 1, 6, 0));
        long part = c.ok(fence(op, 1));
        c.ok(new CancelOp(op));
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.op(part).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(automatic()).isTrue();
        assertThat(c.partition(2).away().held()).isEmpty();
        assertThat(c.partition(1).mutexOp()).isZero();
    }

    @Test
    void askedForAgainItIsTheSameOneWithMoreToChooseFor() {
        long op = c.ok(new RecoverData(10, List.of(2, 99)));
        assertThat(c.ok(new RecoverData(5, List.of(1)))).isEqualTo(op);
        assertThat(c.op(op).rescue().choices()).containsExactly(1, 2);
        assertThat(c.op(op).rescue().waitMillis()).isEqualTo(10);
        long revision = c.op(op).revision();
        assertThat(recover(2)).isEqualTo(op);
        assertThat(c.op(op).revision()).as("nothing new").isEqualTo(revision);
        c.ok(finish(op));
        assertThat(automatic()).as("of the first, not of the one that joined").isTrue();
    }

    @Test
    void aChoiceIsMadeOnceAndOnlyWhereItsOperatorAgreed() {
        long op = recover(1);
        c.refused("NOT_AGREED", fence(op, 2));
        long part = c.ok(fence(op, 1));
        assertThat(c.op(part).parent()).isEqualTo(op);
        assertThat(c.partition(1).primary()).isZero();
        c.refused("PARTS_OPEN", finish(op));
        c.refused("CHOSEN_BEFORE", fence(op, 1));
        c.ok(new CancelOp(part));
        c.refused("CHOSEN_BEFORE", fence(op, 1));
        c.refused("BAD_WAIT", new RecoverData(-1, List.of()));
        c.refused("NOT_PAUSABLE", new PauseOp(op, false));
    }

    @Test
    void itSaysWhoMayHaveLostSomething() {
        c.ok(c.inSync(1, List.of(1L)));
        long op = recover(1);
        long part = c.ok(fence(op, 1));
        c.ok(new ChooseSurvivor(part, c.op(part).revision(), 1, c.partition(1).epoch(), 2, 3, "since epoch 2"));
        c.ok(new FinishRecovery(part, c.op(part).revision()));
        c.ok(finish(op));
        assertThat(c.op(op).reason()).isEqualTo("DATA_MAY_BE_LOST");
        assertThat(c.op(op).message()).contains("t.0 (op " + part + ")");
    }
}
