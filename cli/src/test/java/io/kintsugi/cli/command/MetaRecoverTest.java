package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.FakeMaster;
import io.kintsugi.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code meta recover}: the seed's words, over the API's answers. */
class MetaRecoverTest {
    private static final String RUNNING = """
            {"id":"a1","dryRun":false,"phase":"COLLECTING","nodes":2,"answered":1,"replicas":10,"startedAt":"1970-01-01T00:00:00Z",
             "endedAt":null,"result":"","message":""}""";
    private static final String HEADER = """
            Wait seconds: 100
            Skip bad nodes: false
            Skip lost partitions: false
            Node list:
            =============================
            h:34801
            h:34802
            =============================
            """;

    private FakeMaster master;
    private Run run;

    @BeforeEach
    void start(@TempDir Path home) throws IOException {
        master = new FakeMaster();
        run = new Run(home).env("KINTSUGI_MASTERS", master.address());
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private static String ended(String result, String hints) {
        return """
                {"id":"a1","dryRun":false,"phase":"ENDED","nodes":2,"answered":2,"replicas":10,"startedAt":"1970-01-01T00:00:00Z",
                 "endedAt":"1970-01-01T00:00:01Z","result":"%s","message":"",
                 "plan":{"clusterId":"c1","generation":2,"datanodes":2,"disks":2,"tables":[{"id":1,"name":"t"}],"partitions":5,
                         "replicas":10,"quarantined":[],"quarantinedCount":0,"hints":[%s]}}""".formatted(result, hints);
    }

    @Test
    void whatGoesWellIsSaidInTheSeedsWords() {
        master.on("POST /v1/meta/recover", 202, RUNNING);
        master.on("GET /v1/meta/recover", 200, ended("ERR_OK", ""));
        assertThat(run.run("meta", "recover", "-s", "h:34801,h:34802")).isZero();
        assertThat(run.out()).isEqualTo(HEADER + "Recover result: ERR_OK\n");
        assertThat(run.err())
                .contains("Recovered: cluster c1, generation 2; 2 datanodes, 2 disks, 1 tables, 5 partitions");
    }

    @Test
    void hintsStandBetweenRules() {
        master.on("POST /v1/meta/recover", 202, RUNNING);
        String bad = "collect app and replica info from node(h:34802) failed with err(ERR_NETWORK_FAILURE),"
                + " you can skip it by set skip_bad_nodes option";
        master.on("GET /v1/meta/recover", 200, ended("ERR_TRY_AGAIN", """
                {"level":"ERROR","code":"BAD_NODE","message":"%s"},
                {"level":"NOTE","code":"NODE_UNHEARD","message":"datanode 2 is unheard"}""".formatted(bad)));
        assertThat(run.run("meta", "recover", "-s", "h:34801,h:34802")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEqualTo(HEADER + """
                Recover result: ERR_TRY_AGAIN
                =============================
                ERROR: %s
                =============================
                """.formatted(bad));
    }

    @Test
    void whatRunsAlreadyIsSaidSo() {
        master.on(
                "POST /v1/meta/recover",
                409,
                "{\"reason\":\"ERR_SERVICE_ALREADY_RUNNING\",\"message\":\"m1 has a store\",\"details\":{}}");
        assertThat(run.run("meta", "recover", "-s", "h:34801,h:34802")).isEqualTo(ExitCode.REFUSED);
        assertThat(run.out())
                .contains("Recover result: ERR_SERVICE_ALREADY_RUNNING\n")
                .contains("ERROR: m1 has a store");
    }

    @Test
    void whoWaitsInVainIsTold() {
        master.on("POST /v1/meta/recover", 202, RUNNING);
        master.on("GET /v1/meta/recover", 200, RUNNING);
        assertThat(run.run("meta", "recover", "-s", "h:34801", "-w", "2")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out())
                .contains("Recover result: ERR_TIMEOUT")
                .contains("Wait recovery failed, administrator should check the meta for progress");
        assertThat(run.err()).contains("Wait recovery for 1 seconds: collecting, 1 of 2 nodes, 10 replicas");
    }

    @Test
    void theShellsWordWritesToAFile(@TempDir Path dir) throws IOException {
        master.on("POST /v1/meta/recover", 202, ended("ERR_OK", ""));
        Path list = Files.writeString(dir.resolve("list"), "# all\nh:34801\n\nh:34802\nh:34801\n");
        Path out = dir.resolve("result");
        assertThat(run.run("shell", "-c", "recover -f " + list + " -o " + out)).isZero();
        assertThat(run.out()).isEqualTo("recover complete with err = ERR_OK\n");
        assertThat(out).hasContent(HEADER + "Recover result: ERR_OK\n");
        assertThat(run.err()).contains("duplicate replica node h:34801, just ignore it");
    }

    @Test
    void badInputIsNamed() {
        assertThat(run.run("meta", "recover")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("should specify one of node_list_file(-f) and node_list_str(-s)");
        assertThat(run.run("meta", "recover", "-s", "h:1", "-w", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--wait_seconds is 0: it must be above 0");
    }
}
