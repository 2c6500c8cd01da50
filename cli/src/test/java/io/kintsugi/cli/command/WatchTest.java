package io.kintsugi.cli.command;

import static io.kintsugi.cli.Rows.op;
import static io.kintsugi.cli.Rows.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;

/** Following an op to its end, whatever that is. */
class WatchTest extends CliTest {
    private static final String OP = "GET /v1/ops/7";
    private static final String NO_LEADER = "{\"reason\":\"NO_LEADER\",\"message\":\"no leader is known\"}";

    @Test
    void progressIsALineAndSuccessIsZero() {
        master.on(OP, 200, op(7, "Running", 0, "\"ok\""))
                .on(OP, 503, NO_LEADER)
                .on(OP, 200, op(7, "Running", 6, "\"ok\""))
                .on(OP, 200, op(7, "Running", 6, "\"ok\""))
                .on(OP, 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.run("op", "watch", "7")).isZero();
        assertThat(run.err()).isEqualTo("""
                op 7  DiskDecommission d1:/a  [....................]   0.0 %  \
                Running, 0 of 12 moved, 12 running, 0 B of 3.0 GiB, 56.3 MiB/s, 32.0 s left
                op 7  DiskDecommission d1:/a  [##########..........]  50.0 %  \
                Running, 6 of 12 moved, 6 running, 1.5 GiB of 3.0 GiB, 56.3 MiB/s, 32.0 s left
                """);
        assertThat(run.out()).isEqualTo("op 7  DiskDecommission d1:/a  Success: 12 of 12 moved, 3.0 GiB in 41.2 s\n");
    }

    @Test
    void theMomentBeforeAnOpIsAdmittedIsNoTrouble() {
        String marked =
                with(op(7, "Marked", 0, "\"waiting\""), "bottleneck", "\"the master has not looked at it yet\"");
        master.on(OP, 200, marked).on(OP, 200, marked).on(OP, 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.run("op", "watch", "7")).isZero();
        assertThat(run.err()).doesNotContain("waiting:").doesNotContain("looked at");
    }

    @Test
    void aWaitThatLastsIsShownWithItsReasonsAndItsKnob() {
        String waiting = with(
                with(
                        with(op(7, "Running", 6, "\"waiting\""), "bottleneck", "\"no disk could take 6 replicas\""),
                        "knob",
                        "\"node recommission\""),
                "waitingFor",
                """
                [{"reason":"NO_DESTINATION","count":5,"message":"no disk has room"},
                 {"reason":"NO_PRIMARY","count":1,"message":"t.3 has none"}]""");
        for (int i = 0; i < 12; i++) {
            master.on(OP, 200, waiting);
        }
        master.on(OP, 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.run("op", "watch", "7")).isZero();
        assertThat(run.err().lines().skip(1))
                .containsExactly(
                        "    waiting: no disk could take 6 replicas; see node recommission",
                        "      5 x NO_DESTINATION: no disk has room",
                        "      1 x NO_PRIMARY: t.3 has none");
    }

    @Test
    void aFailureEndsWithTheStoryAndTheRemedy() {
        String failed = with(op(7, "Failed", 5, "\"ended\""), "reason", "\"RETRIES_USED\"");
        failed = with(with(failed, "message", "\"gave up after 3 rollbacks\""), "children", "[8,9]");
        String move = with(with(op(8, "Failed", 0, "\"ended\""), "parent", "7"), "kind", "\"Move\"");
        move = with(with(move, "reason", "\"DESTINATION_FULL\""), "story", """
                [{"end":"Rollback","disk":"d2:/y","at":"2026-11-01T09:00:05Z",
                  "reason":"DESTINATION_FULL","message":"no space left"}]""");
        master.on(OP, 200, failed)
                .on(
                        "GET /v1/ops",
                        200,
                        "[" + failed + "," + move + "," + with(op(9, "Success", 1, "\"ended\""), "parent", "7") + "]")
                .on("GET /v1/ops/7/explain", 200, """
                        {"subject":"op 7","summary":"failed","findings":[
                         {"level":"problem","code":"RETRIES_USED","message":"all full",
                          "remedy":"Add a disk, then decommission again."}]}""");
        assertThat(run.run("op", "watch", "7")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).startsWith("op 7  DiskDecommission d1:/a  Failed: 5 of 12 moved");
        assertThat(run.err())
                .contains("RETRIES_USED: gave up after 3 rollbacks")
                .contains("op 8  Move d1:/a  Failed")
                .contains("2026-11-01 09:00:05  Rollback  d2:/y  DESTINATION_FULL  no space left")
                .contains("remedy: Add a disk, then decommission again.")
                .contains("kintsugi op show 7")
                .doesNotContain("op 9");
    }

    @Test
    void whenNobodyCanExplainTheFailureIsStillTold() {
        master.on(OP, 200, with(op(7, "Failed", 5, "\"ended\""), "reason", "\"HOPELESS\""));
        assertThat(run.run("op", "watch", "7", "-o", "json")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("\"HOPELESS\"");
        assertThat(run.err()).contains("HOPELESS").contains("more can't be said now");
    }

    @Test
    void aDatanodesDisksAreLinesBelowIt() {
        String node = with(with(op(7, "Running", 6, "\"ok\""), "kind", "\"NodeDecommission\""), "children", "[8,9]");
        master.on(OP, 200, node).on(OP, 200, op(7, "Success", 12, "\"ended\""));
        master.on("GET /v1/ops/8", 200, with(op(8, "Running", 3, "\"ok\""), "target", "\"d1:/b\""));
        master.on("GET /v1/ops/9", 200, with(op(9, "Success", 12, "\"ended\""), "target", "\"d1:/c\""));
        assertThat(run.run("op", "watch", "7")).isZero();
        assertThat(run.err().lines().toList()).hasSize(2).satisfies(lines -> assertThat(lines.get(1))
                .startsWith("  op 8  DiskDecommission d1:/b  [#####....."));
    }

    @Test
    void atATerminalLinesAreDrawnInPlaceAndTakenAwayAtTheEnd() {
        master.on(OP, 200, op(7, "Running", 0, "\"ok\""))
                .on(OP, 200, op(7, "Running", 1, "\"ok\""))
                .on(OP, 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.atTerminal("").run("op", "watch", "7")).isZero();
        assertThat(run.err()).contains("\u001b[1A\r").contains("8.0 %").endsWith("\u001b[J");
    }

    @Test
    void anElectionIsOutlived() {
        for (int i = 0; i < 150; i++) {
            master.on(OP, 503, NO_LEADER);
        }
        master.on(OP, 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.run("op", "watch", "7")).isZero();
        assertThat(run.secondsWaited()).isGreaterThan(10);
        assertThat(run.err()).contains("a leader is being elected?");
    }

    @Test
    void pausedAndRetriedOpsSayItAndGoOn() {
        master.on(OP, 200, with(op(7, "Running", 0, "\"ok\""), "intent", "\"Pause\""))
                .on(OP, 200, with(op(7, "Paused", 0, "\"ok\""), "intent", "\"Pause\""))
                .on(OP, 200, with(op(7, "Running", 0, "\"ok\""), "intent", "\"Cancel\""))
                .on(OP, 200, op(7, "Cancelled", 0, "\"ended\""));
        assertThat(run.run("op", "watch", "7")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("Running, pausing,")
                .contains("Paused, 0 of 12")
                .contains("Running, cancelling,");
        assertThat(run.out()).contains("Cancelled: 0 of 12 moved");
    }
}
