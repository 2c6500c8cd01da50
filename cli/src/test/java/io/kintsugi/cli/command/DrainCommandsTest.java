package io.kintsugi.cli.command;

import static io.kintsugi.cli.Rows.op;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;

/** What datanodes, disks and partitions can be told, and asked, about being drained. */
class DrainCommandsTest extends CliTest {
    private static final String NODE = """
            {"node":"d1","id":1,"zone":"z","nodeset":"z-1","address":"127.0.0.1:17310","httpAddress":"127.0.0.1:17320",
             "status":"Decommissioning","alive":true,"disks":1,"replicas":12,"primaries":1,"drain":"Draining","op":7,
             "diskRows":[{"node":"d1","path":"/a","status":"Decommissioning","replicas":12,"usedBytes":1,"totalBytes":2048,
             "id":1,"op":8,"error":""}],"opRow":%s}""".formatted(op(7, "Running", 5, "\"ok\""));

    private static final String DISK = """
            {"node":"d1","path":"/a","status":"Decommissioning","replicas":1,"usedBytes":1024,"totalBytes":2048,"id":3,"op":7,
             "error":"","replicaRows":[{"partition":"t.3","id":9,"state":"ok","primary":true,"inSync":true,"bytes":512,"op":8}]}""";

    private static final String PLAN = """
            {"target":"d1:/a","possible":%b,"partitions":2,"bytes":3221225472,"leastRedundancy":3,"moves":[
             {"order":1,"wave":1,"partition":"t.3","bytes":3221225472,"source":"d1:/a","destination":"d2:/b",
              "inSyncNow":3,"inSyncLeast":3,"reason":"","message":""},
             {"order":0,"wave":0,"partition":"t.4","bytes":0,"source":"d1:/a","destination":null,
              "inSyncNow":3,"inSyncLeast":3,"reason":"NO_DESTINATION","message":"no disk has room"}],
             "blockers":[{"partition":"t.4","reason":"NO_DESTINATION","message":"no disk has room"}],"notes":["2 at a time"]}""";

    private static final String CHECK = """
            {"target":"d1","mayDrain":%b,"partitions":12,"bytes":1024,"stoppedBy":%s,"message":"%s"}""";

    private static final String EXPLAIN = """
            {"subject":"disk d1:/a","summary":"it waits","findings":[
             {"level":"waits","code":"DP_LIMIT","message":"all 10 tokens are in use","remedy":"Raise DecommissionDpLimit."}]}""";

    @Test
    void oneDatanodeInFull() {
        master.on("GET /v1/nodes/d1", 200, NODE);
        assertThat(run.run("node", "info", "d1")).isZero();
        assertThat(run.out()).isEqualTo("""
                node     d1
                status   Decommissioning, alive
                zone     z, nodeset z-1
                address  127.0.0.1:17310, HTTP 127.0.0.1:17320
                holds    12 replicas, 1 primary, on 1 disk
                op       7, DiskDecommission d1:/a, Running, 5 of 12 moved, 7 running

                NODE  PATH  STATUS           REPLICAS  USED    TOTAL  OP  ERROR
                d1    /a    Decommissioning        12   1 B  2.0 KiB   8  -
                """);
        assertThat(run.run("node", "info", "d9")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void allDatanodes() {
        master.on("GET /v1/nodes", 200, "[" + NODE + "]");
        assertThat(run.run("node", "ls")).isZero();
        assertThat(run.out()).isEqualTo("""
                NODE  ZONE  NODESET  STATUS           ALIVE  DISKS  REPLICAS  PRIMARIES  OP  ADDRESS
                d1    z     z-1      Decommissioning  yes        1        12          1   7  127.0.0.1:17310
                """);
    }

    @Test
    void aDatanodeIsDrainedAndTakenBack() {
        master.on("POST /v1/nodes/decommission", 202, op(7, "Marked", 0, "\"ok\""));
        master.on("POST /v1/nodes/recommission", 200, "{\"node\":\"d1\",\"status\":\"Normal\"}");
        assertThat(run.run("node", "decommission", "d1", "--weight", "9")).isZero();
        assertThat(run.out()).isEqualTo("op 7 drains d1; follow it with: kintsugi op watch 7\n");
        assertThat(bodies("POST /v1/nodes/decommission")).containsExactly("{\"node\":\"d1\",\"weight\":9}");
        assertThat(run.run("node", "recommission", "d1")).isZero();
        assertThat(run.out()).isEqualTo("d1 is Normal\n");
    }

    @Test
    void aDrainIsWatchedToItsEnd() {
        master.on("POST /v1/nodes/decommission", 202, op(7, "Marked", 0, "\"ok\""));
        master.on("GET /v1/ops/7", 200, op(7, "Running", 0, "\"ok\""))
                .on("GET /v1/ops/7", 200, op(7, "Success", 12, "\"ended\""));
        assertThat(run.run("node", "decommission", "d1", "-w")).isZero();
        assertThat(run.err()).startsWith("op 7 drains d1\nop 7  ");
        assertThat(run.out()).contains("Success: 12 of 12 moved");
    }

    @Test
    void cancelFindsTheOp() {
        master.on("GET /v1/nodes/d1", 200, NODE)
                .on("GET /v1/disks/info?node=d1&path=%2Fa", 200, DISK)
                .on("POST /v1/ops/7/cancel", 200, op(7, "Running", 5, "\"ok\""));
        assertThat(run.run("node", "cancel", "d1")).isZero();
        assertThat(run.out()).isEqualTo("op 7 of d1 is cancelled; follow it with: kintsugi op watch 7\n");
        assertThat(run.run("disk", "cancel", "d1:/a")).isZero();
        assertThat(bodies("POST /v1/ops/7/cancel")).hasSize(2);
        master.on("GET /v1/nodes/d2", 200, "{\"node\":\"d2\",\"op\":null}");
        assertThat(run.run("node", "cancel", "d2")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.err()).contains("d2 isn't being drained").contains("[NO_OPEN_OP]");
    }

    @Test
    void removingWantsAWordFirst() {
        master.on("DELETE /v1/nodes/d1", 200, NODE).on("DELETE /v1/disks?node=d1&path=%2Fa", 200, DISK);
        assertThat(run.run("node", "rm", "d1")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("[NOT_CONFIRMED]").contains("--yes");
        assertThat(run.atTerminal("n\n").run("disk", "rm", "d1:/a")).isEqualTo(ExitCode.USAGE);
        assertThat(run.atTerminal("").run("disk", "rm", "d1:/a")).isEqualTo(ExitCode.USAGE);
        assertThat(master.asked()).isEmpty();
        assertThat(run.atTerminal("y\n").run("disk", "rm", "d1:/a")).isZero();
        assertThat(run.err()).isEqualTo("Forget disk d1:/a for good? [y/N] ");
        assertThat(run.run("node", "rm", "d1", "--yes")).isZero();
        assertThat(run.out()).isEqualTo("d1 is removed from the cluster\n");
    }

    @Test
    void whatIsNotEmptyIsntRemoved() {
        master.on("DELETE /v1/nodes/d1", 409, "{\"reason\":\"NODE_NOT_EMPTY\",\"message\":\"d1 has 12 replicas\"}");
        assertThat(run.run("node", "rm", "d1", "--yes")).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void oneDiskInFull() {
        master.on("GET /v1/disks/info?node=d1&path=%2Fa", 200, DISK);
        assertThat(run.run("disk", "info", "d1:/a")).isZero();
        assertThat(run.out()).isEqualTo("""
                disk      d1:/a
                id        3
                status    Decommissioning
                used      1.0 KiB of 2.0 KiB
                replicas  1
                op        7

                PARTITION  ID  STATE  PRIMARY  IN-SYNC  BYTES  OP
                t.3         9  ok     yes      yes      512 B   8
                """);
    }

    @Test
    void aPlanShowsEachMoveAndChangesNothing() {
        master.on("POST /v1/disks/decommission", 200, PLAN.formatted(false))
                .on("POST /v1/disks/decommission", 200, PLAN.formatted(true));
        assertThat(run.run("disk", "decommission", "d1:/a", "--dry-run")).isEqualTo(ExitCode.NO);
        assertThat(run.out()).isEqualTo("""
                plan for d1:/a: 2 partitions, 3.0 GiB, NOT possible as things stand; in-sync replicas of a partition at the least: 3
                  2 at a time

                ORDER  WAVE  PARTITION    BYTES  FROM   TO     IN-SYNC  AT LEAST  REASON
                    1     1  t.3        3.0 GiB  d1:/a  d2:/b        3         3  -
                    -     -  t.4            0 B  d1:/a  -            3         3  NO_DESTINATION

                STOPPED BY  REASON          MESSAGE
                t.4         NO_DESTINATION  no disk has room

                Nothing was changed.
                """);
        assertThat(run.run("disk", "decommission", "d1:/a", "--dry-run", "-o", "json"))
                .isZero();
        assertThat(run.out()).contains("\"bytes\" : 3221225472");
        assertThat(bodies("POST /v1/disks/decommission"))
                .containsOnly("{\"node\":\"d1\",\"path\":\"/a\",\"dryRun\":true}");
    }

    @Test
    void drainChecksAnswerWithTheExitCode() {
        master.on("GET /v1/nodes/d1/drain-check", 200, CHECK.formatted(true, "[]", "d1 can be drained"));
        assertThat(run.run("node", "drain-check", "d1")).isZero();
        assertThat(run.out()).isEqualTo("d1 may be drained: 12 partitions, 1.0 KiB\n");
        master.on(
                "GET /v1/disks/drain-check?node=d1&path=%2Fa",
                200,
                CHECK.formatted(
                        false,
                        "[{\"partition\":\"t.4\",\"reason\":\"NO_DESTINATION\",\"message\":\"full\"}]",
                        "1 of 12 can't move"));
        assertThat(run.run("disk", "drain-check", "d1:/a")).isEqualTo(ExitCode.NO);
        assertThat(run.out()).isEqualTo("""
                d1 may NOT be drained: 12 partitions, 1.0 KiB
                  1 of 12 can't move

                STOPPED BY  REASON          MESSAGE
                t.4         NO_DESTINATION  full
                """);
    }

    @Test
    void partitionsAreMovedToWhereTheOperatorSays() {
        master.on(
                "GET /v1/disks",
                200,
                "[{\"node\":\"d1\",\"path\":\"/x/disk1\"},{\"node\":\"d2\",\"path\":\"/x/disk2\"}]");
        master.on("POST /v1/partitions/decommission", 202, op(8, "Marked", 0, "\"ok\""));
        assertThat(run.run("partition", "decommission", "t.3", "--from", "d1")).isZero();
        assertThat(run.out()).startsWith("op 8 drains partition t.3 from d1;");
        assertThat(run.run("partition", "decommission", "9", "--from", "d1:disk1", "--to", "d2:disk2", "--weight=1"))
                .isZero();
        assertThat(bodies("POST /v1/partitions/decommission"))
                .containsExactly(
                        "{\"partition\":\"t.3\",\"from\":\"d1\"}",
                        "{\"partition\":\"9\",\"from\":\"d1:/x/disk1\",\"to\":\"d2:/x/disk2\",\"weight\":1}");
        assertThat(run.run("partition", "decommission", "t.3")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void replicasAreAddedAndTakenOut() {
        master.on("POST /v1/partitions/decommission", 202, op(8, "Marked", 0, "\"ok\""));
        assertThat(run.run("partition", "migrate", "t.3", "--from", "d1", "--to", "d2"))
                .isZero();
        assertThat(bodies("POST /v1/partitions/decommission"))
                .containsExactly("{\"partition\":\"t.3\",\"from\":\"d1\",\"to\":\"d2\"}");
        assertThat(run.run("partition", "migrate", "t.3", "--from", "d1")).isEqualTo(ExitCode.USAGE);

        master.on("POST /v1/partitions/add-replica", 202, op(9, "Marked", 0, "\"ok\""));
        assertThat(run.run("partition", "add-replica", "t.3", "--to", "d4")).isZero();
        assertThat(run.out()).startsWith("op 9 adds a replica of partition t.3;");
        assertThat(bodies("POST /v1/partitions/add-replica")).containsExactly("{\"partition\":\"t.3\",\"to\":\"d4\"}");

        master.on(
                "POST /v1/partitions/del-replica",
                200,
                "{\"possible\":false,\"partition\":\"t.3\",\"replica\":\"d4:/a\",\"message\":\"too few\",\"target\":2,"
                        + "\"newTarget\":2,\"inSyncNow\":2,\"inSyncThen\":1,\"newPrimary\":null}");
        assertThat(run.run("partition", "del-replica", "t.3", "d4", "--lower")).isZero();
        assertThat(run.out()).isEqualTo("partition t.3 has no replica on d4 any more; it should have 2\n");
        assertThat(run.run("partition", "del-replica", "t.3", "d4", "--dry-run"))
                .isEqualTo(ExitCode.NO);
        assertThat(run.out()).contains("no: too few", "2 → 1", "Nothing was changed.");
        assertThat(bodies("POST /v1/partitions/del-replica"))
                .containsExactly(
                        "{\"partition\":\"t.3\",\"from\":\"d4\",\"lower\":true}",
                        "{\"partition\":\"t.3\",\"from\":\"d4\",\"lower\":false,\"dryRun\":true}");
        master.on(
                "POST /v1/partitions/change-leader",
                200,
                "{\"possible\":false,\"partition\":\"t.3\",\"from\":\"d1:/a\",\"to\":null,\"message\":\"not in-sync\",\"primary\":\"d4:/a\"}");
        assertThat(run.run("partition", "change-leader", "t.3")).isZero();
        assertThat(run.out()).isEqualTo("partition t.3 has its primary on d4:/a\n");
        assertThat(run.run("partition", "change-leader", "t.3", "--to", "d4", "--dry-run"))
                .isEqualTo(ExitCode.NO);
        assertThat(run.out()).contains("no: not in-sync", "Nothing was changed.");
        assertThat(bodies("POST /v1/partitions/change-leader"))
                .containsExactly("{\"partition\":\"t.3\"}", "{\"partition\":\"t.3\",\"to\":\"d4\",\"dryRun\":true}");
        master.on("POST /v1/partitions/reset-target", 200, "{\"target\":3}");
        assertThat(run.run("partition", "reset-target", "t.3")).isZero();
        assertThat(run.out()).isEqualTo("partition t.3 should have 3 replicas\n");
    }

    @Test
    void onePartitionInFull() {
        master.on("GET /v1/partitions/t.0", 200, """
                {"id":9,"table":"t","index":0,"epoch":4,"primary":"d1:/a","members":[{"replica":1,"node":"d1","disk":"/a"}],
                 "inSync":["d1:/a"],"joining":"d3:/a","leaving":"d1:/a","target":1,"opRow":null,"replicas":[
                 {"replica":1,"node":"d1","path":"/a","role":"primary","state":"ok","inSync":true,"kind":"leaving","epoch":4,
                  "lastIndex":77,"bytes":1024,"alive":true,"seedDoneBytes":0,"seedTotalBytes":0,"detail":""},
                 {"replica":2,"node":"d3","path":"/a","role":"member","state":"seeding","inSync":false,"kind":"joining","epoch":4,
                  "lastIndex":0,"bytes":0,"alive":true,"seedDoneBytes":512,"seedTotalBytes":1024,"detail":"copying"}]}""");
        assertThat(run.run("partition", "info", "t.0")).isZero();
        assertThat(run.out()).isEqualTo("""
                partition  t.0
                id         9
                epoch      4
                primary    d1:/a
                in-sync    1 of 1 members
                target     1
                joining    d3:/a
                leaving    d1:/a

                REPLICA  DISK   KIND     ROLE     IN-SYNC  STATE    ALIVE  EPOCH  LAST             BYTES  DETAIL
                      1  d1:/a  leaving  primary  yes      ok       yes        4    77           1.0 KiB  -
                      2  d3:/a  joining  member   no       seeding  yes        4     0  512 B of 1.0 KiB  copying
                """);
    }

    @Test
    void everythingIsExplained() {
        String[] paths = {
            "/v1/disks/explain?node=d1&path=%2Fa", "/v1/partitions/t.3/explain", "/v1/ops/7/explain", "/v1/explain"
        };
        for (String path : paths) {
            master.on("GET " + path, 200, EXPLAIN);
        }
        assertThat(run.run("disk", "explain", "d1", "/a")).isZero();
        assertThat(run.out()).isEqualTo("""
                disk d1:/a: it waits
                  WAITS  DP_LIMIT: all 10 tokens are in use
                    remedy: Raise DecommissionDpLimit.
                """);
        assertThat(run.run("partition", "explain", "t.3")).isZero();
        master.on("GET /v1/ops/8/explain", 200, EXPLAIN.replace("it waits", "disk d1:/a waits"));
        assertThat(run.run("op", "explain", "8")).isZero();
        assertThat(run.out()).startsWith("disk d1:/a waits\n");
        assertThat(run.run("op", "explain", "7")).isZero();
        assertThat(run.run("explain", "-o", "json")).isZero();
        assertThat(run.out()).contains("\"code\" : \"DP_LIMIT\"");
    }

    @Test
    void healthHasExitCodesOfItsOwn() {
        master.on("GET /v1/health", 200, "{\"status\":\"ok\",\"checks\":[]}")
                .on("GET /v1/health", 200, """
                        {"status":"warning","checks":[{"code":"NODE_DEAD","level":"warning","message":"1 datanode is away",
                         "remedy":"Start it.","subjects":["d2"]}]}""")
                .on("GET /v1/health", 200, "{\"status\":\"critical\",\"checks\":[]}");
        assertThat(run.run("cluster", "health")).isZero();
        assertThat(run.out()).isEqualTo("ok\n");
        assertThat(run.run("cluster", "health")).isEqualTo(ExitCode.WARNING);
        assertThat(run.out()).isEqualTo("""
                warning
                  WARNING  NODE_DEAD: 1 datanode is away
                    remedy: Start it.
                    concerns: d2
                """);
        assertThat(run.run("cluster", "health", "-o", "json")).isEqualTo(ExitCode.CRITICAL);
    }
}
