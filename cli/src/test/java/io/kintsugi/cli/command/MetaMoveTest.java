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

/** {@code meta move}: one master of before and the first of the new group, which answer what a test says. */
class MetaMoveTest {
    private static final String TABLES = """
            [{"id":1,"name":"t","partitions":4,"replicas":2,"state":"Normal"}]""";
    private static final String RECOVERED = """
            {"id":"a1","dryRun":false,"phase":"ENDED","nodes":2,"answered":2,"replicas":8,"startedAt":"1970-01-01T00:00:00Z",
             "endedAt":"1970-01-01T00:00:01Z","result":"%s","message":""}""";

    @TempDir
    Path dir;

    private FakeMaster old;
    private FakeMaster fresh;
    private Run run;

    @BeforeEach
    void start() throws IOException {
        old = new FakeMaster();
        fresh = new FakeMaster();
        run = new Run(dir.resolve("home")).env("KINTSUGI_MASTERS", old.address());
        fresh.on("GET /v1/tables", 200, TABLES);
    }

    @AfterEach
    void stop() {
        old.close();
        fresh.close();
    }

    private static String nodes(int replicas, boolean secondAlive) {
        return """
                [{"node":"d1","address":"h1:1","alive":true,"replicas":4,"primaries":2},
                 {"node":"d2","address":"h2:1","alive":%b,"replicas":%d,"primaries":2}]""".formatted(secondAlive, replicas);
    }

    private String cluster(FakeMaster master, String id, int generation, String state) {
        String form = """
                {"state":"%s","clusterId":"%s","generation":%d,"leader":"m1","masters":[{"name":"m1","http":"%s"}]}""";
        return form.formatted(state, id, generation, master.address());
    }

    private void oldServes(int times) {
        oldServes(times, "[]", nodes(4, true));
    }

    private void oldServes(int times, String ops, String nodes) {
        old.on("GET /v1/ops", 200, ops).on("GET /v1/tables", 200, TABLES).on("GET /v1/nodes", 200, nodes);
        for (int i = 0; i < times; i++) {
            old.on("GET /v1/cluster", 200, cluster(old, "c", 1, "ready"));
        }
    }

    private int move(String... more) {
        String[] all = new String[5 + more.length];
        System.arraycopy(
                new String[] {"meta", "move", dir.resolve("lists").toString(), "--to", fresh.address()}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return run.run(all);
    }

    @Test
    void goesStepByStepAndWaitsForWhatItsUserDoes() throws IOException {
        oldServes(4);
        old.on("GET /v1/cluster", 200, cluster(old, "", 0, "uninitialized")); // emptied and started again
        fresh.on("GET /v1/cluster", 200, cluster(fresh, "", 0, "waiting-for-seed"))
                .on("GET /v1/cluster", 200, cluster(fresh, "", 0, "under-recovery"))
                .on("GET /v1/cluster", 200, cluster(fresh, "c", 2, "ready"))
                .on("POST /v1/meta/recover", 202, RECOVERED.formatted("ERR_OK"))
                .on("GET /v1/nodes", 200, nodes(3, false))
                .on("GET /v1/nodes", 200, nodes(4, true));

        assertThat(move()).as(run.err()).isZero();
        assertThat(run.err())
                .containsSubsequence(
                        "1/5 lists: 1 tables (apps.list) and 2 datanodes",
                        "2/5 stop all masters of now: " + old.address() + " answer",
                        "2/5 all masters of /c/1 have stopped",
                        "3/5 start one master at " + fresh.address(),
                        "it is waiting-for-seed",
                        "3/5 " + fresh.address() + " waits for the recovery",
                        "4/5 recover",
                        "Recover result: ERR_OK",
                        "5/5 datanode h2:1: alive with 4 replicas before, not alive with 3 replicas now",
                        "5/5 datanodes, their counts of replicas and tables are as before");
        assertThat(run.out()).startsWith("moved from /c/1 to /c/2: 2 datanodes and 1 tables are as before\n");
        assertThat(fresh.asked())
                .filteredOn(asked -> asked.method().equals("POST"))
                .singleElement()
                .satisfies(asked -> assertThat(asked.body())
                        .contains("\"nodes\":[\"h1:1\",\"h2:1\"]")
                        .contains("\"keepDropped\":true"));
        Path lists = dir.resolve("lists");
        assertThat(lists.resolve("recover_node_list")).hasContent("h1:1\nh2:1\n");
        assertThat(Files.readString(lists.resolve("nodes.list"))).contains("h1:1", "ALIVE");
        assertThat(Files.readString(lists.resolve("apps.list"))).contains("AVAILABLE");

        assertThat(move("-o", "json")).as("again").isZero();
        assertThat(run.err()).contains("1/5 lists: those in ", "4/5 recovered already");
        assertThat(run.out()).contains("\"to\" : \"/c/2\"");
    }

    @Test
    void givesUpWithTheReasonAndGoesOnLater() {
        oldServes(1);
        assertThat(move("-w", "3")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("[OLD_MASTERS_RUN]", "step 2 of 5: stop all masters of now: " + old.address());
        assertThat(run.secondsWaited()).isEqualTo(3);

        old.close();
        fresh.on("GET /v1/cluster", 200, cluster(fresh, "c", 1, "ready"));
        assertThat(move("-w", "3")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("[NO_NEW_MASTER]", "it is ready");
    }

    @Test
    void aRecoveryThatEndsBadlyEndsIt() {
        oldServes(2);
        old.on("GET /v1/cluster", 200, cluster(old, "", 0, "uninitialized"));
        fresh.on("GET /v1/cluster", 200, cluster(fresh, "", 0, "under-recovery"))
                .on("POST /v1/meta/recover", 202, RECOVERED.formatted("ERR_TRY_AGAIN"));
        assertThat(move("-w", "3")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("Recover result: ERR_TRY_AGAIN", "[RECOVERY_FAILED]");
    }

    @Test
    void whatWouldBeLostNeedsItsUsersWord() {
        oldServes(1, """
                [{"id":"op-7","kind":"Move","target":"t.0","status":"Running","endedAt":null}]""", nodes(4, false));
        assertThat(move()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("not alive: h2:1", "[NODE_NOT_ALIVE]", "--skip_bad_nodes");
        assertThat(move("-b")).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("1 ops are open", "op-7 Move t.0", "[OPS_OPEN]", "--force");
        assertThat(dir.resolve("lists")).doesNotExist();
        assertThat(move("-w", "1", "-b", "--force")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("[OLD_MASTERS_RUN]");
    }

    @Test
    void badInputIsNamed() throws IOException {
        old.close();
        assertThat(move()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).contains("[NO_LISTS]");
        Files.createDirectories(dir.resolve("lists"));
        Files.writeString(dir.resolve("lists/before.json"), "{\"cluster\":");
        assertThat(move()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("[BAD_LISTS]", "before.json");
        assertThat(move("-w", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("[BAD_WAIT]");
    }

    @Test
    void aMasterOfAnotherClusterIsLeftAlone() {
        oldServes(2);
        old.on("GET /v1/cluster", 200, cluster(old, "", 0, "uninitialized"));
        fresh.on("GET /v1/cluster", 200, cluster(fresh, "other", 5, "ready"));
        assertThat(move()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("is a master of cluster other, not of c", "[OTHER_CLUSTER]");
    }
}
