package io.kintsugi.master.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row of a disk says what verbs go by: one that is shown as Unavailable can be recovered. */
class DiskRowTest {
    private final MasterCore core = new MasterCore();
    private final SoftState soft = new SoftState();
    private ClusterView state = core.empty();
    private long index;

    @BeforeEach
    void oneDisk() {
        apply(new Command.InitCluster("c", 1));
        apply(new Command.RegisterNode("n", "d1", "n:1", "n:2", "z", "", List.of(new DiskFact("uuid", "/data/1"))));
        soft.put(new NodeFacts(1, Liveness.ALIVE, true, true, 0, 0));
        told(DiskFacts.Health.OK, "");
    }

    private Outcome apply(Command command) {
        Applied applied = core.apply(new LogPosition(1, ++index), List.of(new Envelope("", 0, 1_000, "test", command)));
        state = applied.state();
        return applied.outcomes().getFirst();
    }

    private void told(DiskFacts.Health health, String error) {
        soft.put(new DiskFacts(1, health, error, 0, 1L << 30));
    }

    private Rows.DiskRow row() {
        View view = new View(state, soft, 0, 1_000, 1);
        return Rows.disk(view, state.disk(1).orElseThrow());
    }

    private boolean recoverable() {
        return apply(new Command.RecoverDisk(1)).accepted();
    }

    @Test
    void aReportAloneIsAnErrorAndNotYetAStatus() {
        told(DiskFacts.Health.BROKEN, "EIO");
        assertThat(row()).matches(row -> row.status().equals("Normal")).matches(row -> row.error()
                .equals("EIO"));
        assertThat(recoverable()).isFalse();
        apply(new Command.SetDiskStatus(1, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        assertThat(row()).matches(row -> row.status().equals("Unavailable")).matches(row -> row.error()
                .equals("EIO"));
        assertThat(recoverable()).isTrue();
    }

    @Test
    void aReportThatItWorksAgainIsNoStatusEither() {
        apply(new Command.SetDiskStatus(1, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        assertThat(row().status()).isEqualTo("Unavailable");
        apply(new Command.SetDiskStatus(1, DiskStatus.NORMAL.wire(), ""));
        assertThat(row().status()).isEqualTo("Normal");
        told(DiskFacts.Health.FULL, "");
        assertThat(row().status()).isEqualTo("Full");
    }
}
