package io.kintsugi.cli.command;

import static io.kintsugi.cli.Rows.op;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;

/** Recovery by force, and the backups that it leaves. */
class RecoverCommandsTest extends CliTest {
    private static final String RECOVER = "POST /v1/partitions/recover";

    private static final String CHOOSES = """
            {"partition":"t.3","outcome":"Chooses","survivor":{"replica":4,"place":"d2:/b"},
             "loss":"writes acknowledged since epoch 9, when it left the in-sync set, may be lost",
             "survivors":[{"replica":4,"place":"d2:/b","inSync":false,"leftEpoch":9,"lastEpoch":8,"lastIndex":77,"bytes":2048}],
             "unreached":["d1:/a (in-sync): its datanode is dead"],"removed":["d1:/a"],"reason":null}""";

    private static final String NOT_NEEDED = """
            {"partition":"t.3","outcome":"NotNeeded","survivor":null,"loss":"","survivors":[],"unreached":[],"removed":[],"reason":null}""";

    private static final String BACKUPS = """
            [{"replica":117,"partition":"t.3","partitionId":5,"disk":"d3:/a","bytes":2048,"keptAt":"2026-11-22T10:00:00Z",
              "expiresAt":"2026-11-29T10:00:00Z","epoch":7,"lastEpoch":6,"lastIndex":41}]""";

    @Test
    void theDryRunSaysWhatIsLostAndWhoIsNotReached() {
        master.on(RECOVER, 200, CHOOSES);
        assertThat(run.run("partition", "recover", "t.3", "--dry-run")).isZero();
        assertThat(run.out())
                .contains("t.3 goes on with the replica on d2:/b alone.")
                .contains("LOSS: writes acknowledged since epoch 9")
                .contains("d1:/a (in-sync): its datanode is dead")
                .contains("8:77");
        assertThat(bodies(RECOVER)).containsExactly("{\"partition\":\"t.3\",\"dryRun\":true}");
    }

    @Test
    void whatIsServedNeedsNone() {
        master.on(RECOVER, 200, NOT_NEEDED);
        assertThat(run.run("partition", "recover", "t.3", "--dry-run")).isEqualTo(ExitCode.NO);
        assertThat(run.out()).contains("there is nothing to recover");
    }

    @Test
    void withoutATerminalItIsNotBegunUnlessToldTo() {
        master.on(RECOVER, 200, CHOOSES);
        assertThat(run.run("partition", "recover", "t.3")).isNotZero();
        assertThat(run.err()).contains("LOSS:").contains("--yes");
        assertThat(bodies(RECOVER)).hasSize(1);
    }

    @Test
    void howLongItWaitsAndWithWhomItGoesOnIsSaid() {
        master.on(RECOVER, 200, CHOOSES).on(RECOVER, 202, op(7, "Running", 0, "\"ok\""));
        assertThat(run.run(
                        "partition", "recover", "t.3", "--yes", "--wait", "10m", "--survivor", "d2", "--force-choice"))
                .isZero();
        assertThat(run.out()).contains("op 7 recovers partition t.3");
        assertThat(bodies(RECOVER))
                .containsExactly(
                        "{\"partition\":\"t.3\",\"survivor\":\"d2\",\"forceChoice\":true,\"dryRun\":true}",
                        "{\"partition\":\"t.3\",\"survivor\":\"d2\",\"forceChoice\":true,\"waitMs\":600000}");
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeAnythingIsAsked() {
        assertThat(run.run("partition", "recover", "t.3", "--force-choice")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("NO_SURVIVOR_NAMED");
        assertThat(run.run("partition", "recover", "t.3", "--wait", "soon")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("BAD_WAIT");
        assertThat(bodies(RECOVER)).isEmpty();
    }

    @Test
    void aBetterOneIsNamed() {
        master.on(RECOVER, 409, "{\"reason\":\"BETTER_SURVIVOR\",\"message\":\"replica 5 on d3:/c is there\"}");
        assertThat(run.run("partition", "recover", "t.3", "--survivor", "d2")).isNotZero();
        assertThat(run.err()).contains("BETTER_SURVIVOR").contains("d3:/c");
    }

    @Test
    void backupsAreListed() {
        master.on("GET /v1/nodes/d3/backups", 200, BACKUPS);
        assertThat(run.run("node", "backups", "d3")).isZero();
        assertThat(run.out())
                .contains("117")
                .contains("t.3")
                .contains("2.0 KiB")
                .contains("6:41");
    }
}
