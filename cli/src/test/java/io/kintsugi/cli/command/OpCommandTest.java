package io.kintsugi.cli.command;

import static io.kintsugi.cli.Rows.op;
import static io.kintsugi.cli.Rows.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;

class OpCommandTest extends CliTest {
    @Test
    void allOpsInATable() {
        master.on(
                "GET /v1/ops",
                200,
                "[" + op(7, "Running", 5, "\"ok\"") + ","
                        + with(op(6, "Success", 12, "\"ended\""), "target", "\"d2:/b\"") + "]");
        assertThat(run.run("op", "ls")).isZero();
        assertThat(run.out()).isEqualTo("""
                ID  KIND              TARGET  STATUS    DONE  MOVED  VERDICT  REASON  CREATED              ENDED
                 7  DiskDecommission  d1:/a   Running   41 %   5/12  ok       -       2026-11-01 09:00:00  -
                 6  DiskDecommission  d2:/b   Success  100 %  12/12  ended    -       2026-11-01 09:00:00  2026-11-01 09:00:41
                """);
        assertThat(run.run("op", "ls", "--open", "-o", "json")).isZero();
        assertThat(run.out()).contains("d1:/a").doesNotContain("d2:/b");
        assertThat(run.run("op", "ls", "--parent", "1", "-o", "json")).isZero();
        assertThat(run.out().strip()).isEqualTo("[ ]");
    }

    @Test
    void waitingOpsSayForWhat() {
        String waiting = with(op(7, "Running", 5, "\"waiting\""), "bottleneck", "\"no disk has room for 7 replicas\"");
        master.on("GET /v1/ops?waiting=true", 200, "[" + waiting + "]").on("GET /v1/ops?waiting=true", 200, "[]");
        assertThat(run.run("op", "ls", "--waiting")).isZero();
        assertThat(run.out()).isEqualTo("""
                ID  KIND              TARGET  STATUS   VERDICT  WAITS FOR
                 7  DiskDecommission  d1:/a   Running  waiting  no disk has room for 7 replicas
                """);
        assertThat(run.run("op", "ls", "--waiting")).isZero();
        assertThat(run.out()).isEqualTo("no op waits\n");
    }

    @Test
    void oneOpInFull() {
        String slow = with(
                with(op(7, "Running", 5, "\"slow\""), "bottleneck", "\"the source reads 1 MiB/s\""), "knob", "\"X\"");
        slow = with(slow, "story", """
                [{"end":"Wait","disk":null,"at":"2026-11-01T09:00:05Z","reason":"NO_PRIMARY","message":"t.3 has none"}]""");
        master.on("GET /v1/ops/7", 200, slow);
        assertThat(run.run("op", "show", "7")).isZero();
        assertThat(run.out()).isEqualTo("""
                op        7, DiskDecommission d1:/a
                status    Running
                progress  [########............]  41.0 %, 5 of 12 moved, 7 running
                copied    1.3 GiB of 3.0 GiB
                rate      56.3 MiB/s
                left      32.0 s
                slow      the source reads 1 MiB/s; see X
                tries     1 attempt, 0 failures, 0 rollbacks
                weight    2
                created   2026-11-01 09:00:00 by api
                changed   2026-11-01 09:00:10

                AT                   WHAT  DISK  REASON      MESSAGE
                2026-11-01 09:00:05  Wait  -     NO_PRIMARY  t.3 has none
                """);
        assertThat(run.run("op", "show", "7", "--output=json")).isZero();
        assertThat(run.out()).contains("\"bytesPerSecond\" : 59055800").contains("\"2026-11-01T09:00:00Z\"");
    }

    @Test
    void verbsAreTold() {
        for (String verb : new String[] {"cancel", "pause", "resume", "acknowledge"}) {
            master.on("POST /v1/ops/7/" + verb, 200, op(7, "Running", 5, "\"ok\""));
        }
        assertThat(run.run("op", "cancel", "7")).isZero();
        assertThat(run.out()).isEqualTo("op 7 is cancelled; follow it with: kintsugi op watch 7\n");
        assertThat(run.run("op", "pause", "7")).isZero();
        assertThat(run.out()).contains("op 7: Running").contains("kintsugi op resume 7");
        assertThat(run.run("op", "pause", "7", "--now")).isZero();
        assertThat(bodies("POST /v1/ops/7/pause")).containsExactly("{}", "{\"now\":true}");
        assertThat(run.run("op", "resume", "7")).isZero();
        assertThat(run.run("op", "ack", "7", "-o", "json")).isZero();
        assertThat(run.out()).contains("\"DiskDecommission\"");
    }

    @Test
    void endedOpsAreDeletedByNumberAndByHowTheyEnded() {
        master.on("DELETE /v1/ops/7", 200, "{\"deleted\":13}");
        master.on("DELETE /v1/ops?status=Failed", 200, "{\"deleted\":2}");
        assertThat(run.run("op", "rm", "7")).isZero();
        assertThat(run.out()).isEqualTo("13 ops are deleted\n");
        assertThat(run.run("op", "purge", "Failed")).isZero();
        assertThat(run.out()).isEqualTo("2 ops are deleted\n");
        assertThat(run.run("shell", "-c", "deleteop 7", "-c", "deleteop failed"))
                .isZero();
        assertThat(run.out()).isEqualTo("Delete op ok\nDelete op ok\n");
    }

    @Test
    void aCancelThatIsWatchedEndsWithCancelled() {
        master.on("POST /v1/ops/7/cancel", 200, op(7, "Running", 5, "\"ok\""));
        master.on("GET /v1/ops/7", 200, with(op(7, "Running", 5, "\"ok\""), "intent", "\"Cancel\""))
                .on("GET /v1/ops/7", 200, op(7, "Cancelled", 5, "\"ended\""));
        assertThat(run.run("op", "cancel", "7", "--watch")).isZero();
        assertThat(run.out()).contains("Cancelled: 5 of 12 moved");
    }

    @Test
    void endedOpsRefuse() {
        master.on("POST /v1/ops/7/cancel", 409, "{\"reason\":\"OP_ENDED\",\"message\":\"op 7 has ended: Success\"}");
        assertThat(run.run("op", "cancel", "7")).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).isEqualTo("error: op 7 has ended: Success [OP_ENDED]\n");
        assertThat(run.run("op", "show", "8")).isEqualTo(ExitCode.NOT_FOUND);
    }
}
