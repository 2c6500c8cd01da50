package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.FakeMaster;
import org.junit.jupiter.api.Test;

/** What each command asks, prints and exits with. */
class CommandsTest extends CliTest {
    private static final String DISKS = """
            [{"node":"d1","path":"/data/a","status":"Normal","replicas":12,
             "usedBytes":1610612736,"totalBytes":107374182400,"id":1,"op":null,"error":""},
             {"node":"d10","path":"/data/b","status":"Unavailable","replicas":0,
             "usedBytes":0,"totalBytes":512,"id":2,"op":7,"error":"EIO"}]""";

    @Test
    void disksForPeople() {
        master.on("GET /v1/disks", 200, DISKS);
        assertThat(run.run("disk", "ls")).isZero();
        assertThat(run.out()).isEqualTo("""
                NODE  PATH     STATUS       REPLICAS     USED      TOTAL  OP  ERROR
                d1    /data/a  Normal             12  1.5 GiB  100.0 GiB   -  -
                d10   /data/b  Unavailable         0      0 B      512 B   7  EIO
                """);
    }

    @Test
    void disksForScripts() {
        master.on("GET /v1/disks", 200, DISKS);
        assertThat(run.run("disk", "ls", "-o", "json")).isZero();
        assertThat(run.out().replaceAll("\\s+", "")).isEqualTo(DISKS.replaceAll("\\s+", ""));
    }

    @Test
    void disksOfOneNode() {
        master.on("GET /v1/disks", 200, DISKS);
        assertThat(run.run("disk", "ls", "--node", "d10", "-o", "json")).isZero();
        assertThat(run.out()).contains("/data/b").doesNotContain("/data/a");
    }

    @Test
    void aDiskIsNamedInOneWordOrTwo() {
        master.on("POST /v1/disks/decommission", 202, "{\"id\":7}");
        assertThat(run.run("disk", "decommission", "d1:/data/a")).isZero();
        assertThat(run.out()).startsWith("op 7 drains d1:/data/a");
        assertThat(run.run("disk", "decommission", "d1", "/data/a")).isZero();
        assertThat(master.asked())
                .extracting(FakeMaster.Asked::body)
                .containsOnly("{\"node\":\"d1\",\"path\":\"/data/a\"}");
        assertThat(master.asked())
                .extracting(FakeMaster.Asked::requestId)
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsNoDiskIsntSent() {
        assertThat(run.run("disk", "decommission", "d1")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("'d1' isn't a disk [BAD_DISK]").contains("kintsugi disk ls");
        assertThat(master.asked()).isEmpty();
    }

    @Test
    void eventsAreLines() {
        master.on("GET /v1/events?limit=100&since=1&kind=op", 200, """
                [{"id":65536,"at":"2026-01-31T12:00:00Z","kind":"op","code":"OP_RUNNING","subject":"d1:/a",
                  "message":"MOVE","op":7},
                 {"id":65537,"at":"2026-01-31T12:00:01Z","kind":"table","code":"TABLE_DROPPED","subject":"t","message":"","op":null}]
                """);
        assertThat(run.run("cluster", "events", "--kind", "op", "--since", "1")).isZero();
        assertThat(run.out().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("OP_RUNNING  d1:/a  MOVE (op 7)"),
                        line -> assertThat(line).endsWith("TABLE_DROPPED  t"));
    }

    @Test
    void clusterForPeople() {
        master.on("GET /v1/cluster", 200, """
                {"state":"ready","clusterId":"c-1","generation":1,"term":3,"leader":"m2","self":"m1","masters":[
                 {"name":"m1","http":"127.9.9.1:17010","grpc":"127.9.9.1:17020","raft":"127.9.9.1:17030",
                  "role":"follower","appliedIndex":41,"alive":true},
                 {"name":"m2","http":"127.9.9.2:17010","grpc":"127.9.9.2:17020","raft":"127.9.9.2:17030",
                  "role":"leader","appliedIndex":42,"alive":true}],
                 "datanodes":5,"datanodesAlive":4,"tables":1,"partitions":8,"partitionsWithoutPrimary":0,"partitionsUnderReplicated":2,
                 "opsRunning":1,"digestOk":true}""");
        assertThat(run.run("cluster", "info")).isZero();
        assertThat(run.out()).isEqualTo("""
                cluster     c-1, ready
                leader      m2 (generation 1, term 3)
                datanodes   4 of 5 alive
                tables      1
                partitions  8, 0 without primary, 2 under-replicated
                ops         1 running
                digests     equal

                MASTER  ROLE      ALIVE  APPLIED  HTTP             GRPC             RAFT
                m1      follower  yes         41  127.9.9.1:17010  127.9.9.1:17020  127.9.9.1:17030
                m2      leader    yes         42  127.9.9.2:17010  127.9.9.2:17020  127.9.9.2:17030
                """);
    }

    @Test
    void partitionsAreCheckedWithReasons() {
        String dead = """
                {"list":"dead-datanodes","title":"Datanodes that are dead","built":true,"entries":[]},
                {"list":"records-differ","title":"Partitions whose replicas differ in records","built":false,"entries":[]}""";
        master.on("GET /v1/partitions/check", 200, "{\"ok\":true,\"judging\":true,\"lists\":[" + dead + "]}");
        master.on("GET /v1/partitions/check", 200, """
                {"ok":false,"judging":true,"lists":[
                 {"list":"without-primary","title":"Partitions without a primary","built":true,"entries":[
                  {"subject":"t.3","id":4,"members":["d1:/a","d2:/a"],"op":null,"findings":[
                   {"level":"problem","code":"NO_IN_SYNC_REPLICA","message":"none lives","remedy":"start d1"}]}]}]}""");
        master.on("GET /v1/partitions/check", 200, """
                {"ok":false,"judging":true,"lists":[
                 {"list":"lacking-replicas","title":"Partitions that lack replicas","built":true,"entries":[
                  {"subject":"t.3","id":4,"members":[],"op":7,"findings":[]}]}]}""");
        assertThat(run.run("partition", "check")).isZero();
        assertThat(run.out()).isEqualTo("""
                [Datanodes that are dead]: none
                [Partitions whose replicas differ in records]: not looked for yet
                """);
        assertThat(run.run("partition", "check")).isEqualTo(ExitCode.CRITICAL);
        assertThat(run.out()).isEqualTo("""
                [Partitions without a primary]: 1
                  t.3 (4)  d1:/a, d2:/a
                    PROBLEM  NO_IN_SYNC_REPLICA: none lives
                      remedy: start d1
                """);
        assertThat(run.run("partition", "check")).isEqualTo(ExitCode.WARNING);
    }

    @Test
    void theHelpOfSettingsHasUnitDefaultAndRange() {
        assertThat(run.run("cluster", "set", "--help")).isZero();
        assertThat(run.out())
                .containsPattern(
                        "DecommissionDpLimit +50  1 to 10000 +moves that may hold a token in a nodeset at once")
                .containsPattern("CopyBytesPerSecond +0  0 or more +bytes a second .*0: no limit");
    }

    @Test
    void settingsAreSentAsWhatTheyLookLike() {
        master.on("PATCH /v1/settings", 200, "{\"DecommissionDpLimit\":2,\"x\":true,\"y\":\"1s\",\"z\":0}");
        assertThat(run.run("cluster", "set", "decommissiondplimit=2", "x=true", "y=1s"))
                .isZero();
        assertThat(master.asked().get(0).body()).isEqualTo("{\"decommissiondplimit\":2,\"x\":true,\"y\":\"1s\"}");
        assertThat(run.out()).contains("DecommissionDpLimit  2").doesNotContain("z");
    }

    @Test
    void settingsAreShownAllOrByName() {
        master.on("GET /v1/settings", 200, "{\"a\":1,\"b\":2}");
        assertThat(run.run("cluster", "get")).isZero();
        assertThat(run.out()).isEqualTo("SETTING  VALUE\na        1\nb        2\n");
        assertThat(run.run("cluster", "settings")).isZero();
        assertThat(run.run("cluster", "get", "B", "-o", "json")).isZero();
        assertThat(run.out().replaceAll("\\s+", "")).isEqualTo("{\"b\":2}");
        assertThat(run.run("cluster", "get", "c")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.err()).contains("[NO_SUCH_SETTING]").contains("cluster get");
        assertThat(run.run("cluster", "get", "AutoFailovr")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.err()).contains("did you mean 'AutoFailover'?");
    }

    @Test
    void autoFailoverIsReadAndSetAsElsewhere() {
        master.on("GET /v1/settings", 200, "{\"AutoFailover\":true}");
        master.on("PATCH /v1/settings", 200, "{\"AutoFailover\":false}");
        assertThat(run.run("cluster", "confget")).isZero();
        assertThat(run.out()).isEqualTo("  key            value\n----------------------\n  auto_failover  true\n");
        assertThat(run.run("cluster", "confset", "auto_failover", "false")).isZero();
        assertThat(run.out()).isEqualTo("set auto_failover ok\n");
        assertThat(master.asked().get(1).body()).isEqualTo("{\"auto_failover\":false}");
    }

    @Test
    void tablesAreMadeWithWhatIsGivenOnly() {
        master.on("POST /v1/tables", 201, "{\"name\":\"t\",\"id\":3,\"partitions\":8,\"replicas\":3}");
        assertThat(run.run("table", "create", "t", "--partitions", "8")).isZero();
        assertThat(master.asked().get(0).body()).isEqualTo("{\"name\":\"t\",\"partitions\":8}");
        assertThat(run.out()).isEqualTo("table t has id 3, 8 partitions of 3 replicas\n");
    }

    @Test
    void tablePropertiesAreSetInBothForms() {
        master.on("PATCH /v1/tables/t", 200, "{\"name\":\"t\",\"minInSync\":2}");
        assertThat(run.run("table", "set", "t", "min_in_sync=2")).isZero();
        assertThat(run.run("table", "set", "t", "--min-in-sync", "2")).isZero();
        assertThat(master.asked()).extracting(FakeMaster.Asked::body).containsOnly("{\"minInSync\":2}");
        assertThat(run.run("table", "set", "t")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void namesAreEncoded() {
        master.on("GET /v1/partitions?table=a%20b%26c", 200, "[]");
        assertThat(run.run("partition", "ls", "--table", "a b&c")).isZero();
    }

    @Test
    void partitionsForPeople() {
        master.on("GET /v1/partitions", 200, """
                [{"id":9,"table":"t","index":0,"epoch":4,"primary":"d1:/a","members":[{"replica":1,"node":"d1","disk":"/a"},
                {"replica":2,"node":"d2","disk":"/a"}],"inSync":["d1:/a"],"joining":"d3:/a","leaving":null,
                "records":1234567,"bytes":512}]""");
        assertThat(run.run("partition", "ls")).isZero();
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ").trim()))
                .containsExactly(
                        "ID TABLE INDEX EPOCH PRIMARY MEMBERS IN-SYNC JOINING LEAVING RECORDS BYTES",
                        "9 t 0 4 d1:/a d1 d2 1/2 d3:/a - 1234567 512 B");
    }

    @Test
    void mistypedCommandsGetASuggestion() {
        assertThat(run.run("disk", "decomission", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("error: `kintsugi disk` has no 'decomission' [BAD_USAGE]")
                .contains("disk decommission");
        assertThat(run.run("tabel", "ls")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("table");
        assertThat(run.run("node", "drain-chek", "d1")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("drain-check");
        assertThat(run.run("disk", "decommission", "d1:/a", "--dryrun")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--dry-run");
    }

    @Test
    void aNounAloneSaysItsVerbs() {
        assertThat(run.run("op")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("ack, cancel, explain, ls, pause, purge, rm, resume, show, watch");
    }

    @Test
    void helpDocumentsExitCodes() {
        assertThat(run.run("--help")).isZero();
        assertThat(run.out()).contains("Exit codes:").contains("no master can be reached");
        assertThat(run.run("disk", "decommission", "--help")).isZero();
        assertThat(run.out()).contains("--watch").contains("--dry-run").contains("--weight");
    }
}
