package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;

/** {@code cluster recover-data}: what it says before, what it asks of the masters, and what its exit code tells at the end. */
class RecoverDataTest extends CliTest {
    private static final String PATH = "POST /v1/cluster/recover-data";

    private static final String LOSES = """
            {"autoFailover":true,"op":null,"counts":{"total":4,"healthy":1,"letsIn":0,"elects":1,"chooses":1,"waits":1},
             "partitions":[
             {"partition":"t.3","id":8,"outcome":"Chooses","with":"d2:/b","loss":"writes acknowledged since epoch 9 may be lost",
              "awaited":["d1:/a (in-sync): its datanode is dead"],"backups":[],"letIn":[],"reason":"","message":""},
             {"partition":"t.1","id":6,"outcome":"Waits","with":"","loss":"","awaited":["d1:/a: its datanode is dead"],
              "backups":["d3:/c (replica 4, to entry 2:9)"],"letIn":[],"reason":"NO_SURVIVOR","message":"no replica can be had"},
             {"partition":"t.2","id":7,"outcome":"Elects","with":"d3:/c","loss":"","awaited":[],"backups":[],
              "letIn":[],"reason":"","message":""}]}""";

    private static final String HEALTHY = """
            {"autoFailover":false,"op":null,
             "counts":{"total":4,"healthy":4,"letsIn":0,"elects":0,"chooses":0,"waits":0},
             "partitions":[]}""";

    private static final String ELECTS = """
            {"autoFailover":true,"op":null,
             "counts":{"total":1,"healthy":0,"letsIn":0,"elects":1,"chooses":0,"waits":0},
             "partitions":[
             {"partition":"t.2","id":7,"outcome":"Elects","with":"d3:/c","loss":"","awaited":[],"backups":[],
              "letIn":[],"reason":"","message":""}]}""";

    private static String op(String status) {
        return """
                {"id":41,"kind":"RecoverData","target":"cluster","status":"%s","reason":"","message":"","progress":{"verdict":"ended",
                 "partitions":{"total":1,"moved":1,"running":0,"waiting":0,"failed":0,"ignored":0},"percent":100,"waitingFor":[]},
                 "children":[]}""".formatted(status);
    }

    private void verifies(String status, boolean primary) {
        master.on("GET /v1/tables", 200, "[{\"name\":\"t\"}]");
        master.on(
                "POST /v1/partitions/verify",
                202,
                "[{\"partition\":\"t.2\",\"id\":7,\"status\":\"" + status + "\",\"counting\":false,\"replicas\":[]}]");
        master.on(
                "GET /v1/partitions/check",
                200,
                "{\"ok\":" + primary
                        + ",\"judging\":true,\"lists\":[{\"list\":\"without-primary\",\"title\":\"without primary\",\"built\":true,"
                        + "\"entries\":["
                        + (primary ? "" : "{\"subject\":\"t.1\",\"id\":\"6\",\"members\":[],\"findings\":[]}")
                        + "]}]}");
    }

    @Test
    void theDryRunSaysWhatMayBeLostAndWhatIsAwaited() {
        master.on(PATH, 200, LOSES);
        assertThat(run.run("cluster", "recover-data", "--dry-run")).isEqualTo(ExitCode.NO);
        assertThat(run.out())
                .contains("4 partitions: 1 need nothing")
                .contains("on again at the end")
                .contains("writes acknowledged since epoch 9 may be lost")
                .contains("t.3 would lose less with one of these back:")
                .contains("to be brought back: d1:/a: its datanode is dead")
                .contains("node backups restores it: d3:/c (replica 4");
        assertThat(bodies(PATH)).containsExactly("{\"dryRun\":true}");
    }

    @Test
    void withoutATerminalNothingIsBegunUnlessToldTo() {
        master.on(PATH, 200, LOSES);
        assertThat(run.run("cluster", "recover-data")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--yes");
        assertThat(bodies(PATH)).hasSize(1);
    }

    @Test
    void yesAloneAgreesToNoLoss() {
        master.on(PATH, 200, LOSES).on(PATH, 202, op("Running"));
        assertThat(run.run("cluster", "recover-data", "--yes", "--detach")).isZero();
        assertThat(bodies(PATH).getLast()).isEqualTo("{\"choices\":[]}");
    }

    @Test
    void aLossIsAgreedToByItsOwnWordAndForThePartitionsOfThePlan() {
        master.on(PATH, 200, LOSES).on(PATH, 202, op("Running"));
        assertThat(run.run("cluster", "recover-data", "--yes", "--force-choice", "--wait", "10m", "--detach"))
                .isZero();
        assertThat(bodies(PATH).getLast()).isEqualTo("{\"choices\":[8],\"waitMs\":600000}");
        assertThat(run.run("cluster", "recover-data", "--wait", "soon")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void atItsEndEveryPartitionIsVerifiedAndTheExitCodeTells() {
        master.on(PATH, 200, ELECTS).on(PATH, 202, op("Running")).on("GET /v1/ops/41", 200, op("Success"));
        verifies("same", true);
        assertThat(run.run("cluster", "recover-data", "--yes")).isEqualTo(ExitCode.OK);
        assertThat(run.err()).contains("verified: the replicas of 1 of 1 partitions hold the same");
    }

    @Test
    void whatIsHealthyIsVerifiedAllTheSame() {
        master.on(PATH, 200, HEALTHY);
        verifies("differs", true);
        assertThat(run.run("cluster", "recover-data", "--yes")).isEqualTo(ExitCode.WARNING);
        assertThat(bodies(PATH)).as("no op is begun").hasSize(1);
    }

    @Test
    void aPartitionWithoutPrimaryIsCritical() {
        master.on(PATH, 200, HEALTHY);
        verifies("same", false);
        assertThat(run.run("cluster", "recover-data", "--yes")).isEqualTo(ExitCode.CRITICAL);
    }

    /** The op stays: it goes on by itself once somebody has done what it waits for. */
    @Test
    void whatWaitsForSomebodyEndsTheWatchAndNotTheOp() {
        String waits = op("Running")
                .replace(
                        "\"waitingFor\":[]",
                        "\"waitingFor\":[{\"reason\":\"CHOICE_NEEDED\",\"count\":1,\"message\":\"t.3 has only d2\"}]");
        master.on(PATH, 200, LOSES).on(PATH, 202, op("Running")).on("GET /v1/ops/41", 200, waits);
        assertThat(run.run("cluster", "recover-data", "--yes")).isEqualTo(ExitCode.NO);
        assertThat(run.err())
                .contains("op 41 stays open")
                .contains("1 x CHOICE_NEEDED: t.3 has only d2")
                .contains("recover-data --yes --force-choice");
    }

    @Test
    void oneThatWasCancelledIsNoSuccess() {
        master.on(PATH, 200, ELECTS).on(PATH, 202, op("Running")).on("GET /v1/ops/41", 200, op("Cancelled"));
        verifies("same", true);
        assertThat(run.run("cluster", "recover-data", "--yes")).isEqualTo(ExitCode.FAILED);
    }
}
