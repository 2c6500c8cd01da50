package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.view.DiskFacts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole answers about a disk, 10.0.0.3:/data/1, that broke, is drained by the master itself, and is recovered. */
class BadDiskAnswersTest {
    private static final int DISK = 5;
    private final Fixture f = new Fixture();

    @BeforeEach
    void breaks() {
        facts(DiskFacts.Health.BROKEN, List.of(0, 1));
        f.ok(new Command.SetDiskStatus(DISK, DiskStatus.UNAVAILABLE.wire(), "EIO"));
    }

    private void facts(DiskFacts.Health health, List<Integer> errors) {
        f.soft.put(new DiskFacts(
                DISK, health, errors.isEmpty() ? "" : "EIO", 20, 100, 0, errors.isEmpty() ? 0 : 5, errors, "", 0, ""));
    }

    private JsonObject recovery() {
        return DiskJson.recovery(f.view(), f.view().cluster().disk(DISK).orElseThrow());
    }

    @Test
    void itIsListedWithThePartitionsThatMetErrors() throws IOException {
        Golden.matches("bad-disk-errors", DiskJson.bad(f.view()));
        Golden.matches(
                "bad-disk-detail",
                DiskJson.of(f.view(), f.view().cluster().disk(DISK).orElseThrow()));
    }

    @Test
    void itsDecommissionIsAutomaticEverywhere() throws IOException {
        long drain = f.ok(new Command.DecommissionDisk(DISK, 4, true));
        f.ok(new Command.AdmitDisk(drain, f.op(drain).revision(), true, "", ""));
        Golden.matches("auto-disk-progress", DrainJson.ofDisk(f.view(), f.op(drain), Survey.of(f.view())));
        Golden.matches("auto-tokens", TokenJson.ofNodesets(f.view()));
        assertThat(PartitionJobJson.of(f.view(), f.partition(1)).getString("DecommissionType"))
                .isEqualTo("AutoDecommission");
    }

    @Test
    void aRecoveryIsFollowed() throws IOException {
        assertThat(recovery().getString("Status")).isEqualTo("Unavailable");
        long recovery = f.ok(new Command.RecoverDisk(DISK));
        Golden.matches("recovery-running", recovery());
        f.ok(new Command.FailRecovery(DISK, recovery, "EIO again"));
        Golden.matches("recovery-failed", recovery());
        assertThat(f.ok(new Command.RecoverDisk(DISK))).isGreaterThan(recovery);
        facts(DiskFacts.Health.OK, List.of());
        f.ok(new Command.SetDiskStatus(DISK, DiskStatus.NORMAL.wire(), ""));
        Golden.matches("recovery-done", recovery());
        assertThat(DiskJson.bad(f.view()).getJsonArray("BadDisks")).isEmpty();
    }
}
