package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.FakeMaster;
import io.kintsugi.cli.Run;
import io.kintsugi.cli.output.PidList;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell's two vocabularies, and members out of service and back. */
class ShellCommandTest {
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

    @Test
    void showtableHasTheColumnsOfTheOriginal() {
        master.on("GET /v1/replicas?table=flow", 200, """
                [{"table":"flow","tableId":4,"pid":0,"node":"d2","path":"/a","address":"h:32","role":"leader","alive":false,
                  "held":true,"offset":null,"records":null,"bytes":null,"ttlMs":0,"compression":"none"},
                 {"table":"flow","tableId":4,"pid":0,"node":"d1","path":"/a","address":"h:31","role":"leader","alive":true,
                  "held":false,"offset":7,"records":3,"bytes":2048,"ttlMs":0,"compression":"none"}]""");
        assertThat(run.run("shell", "-c", "showtable flow")).isZero();
        assertThat(run.out()).isEqualTo("""
                  name  tid  pid  endpoint  role    ttl   is_alive  compress_type  offset  record_cnt  memused
                ----------------------------------------------------------------------------------------------
                  flow  4    0    h:32      leader  0min  no        kNoCompress    -       -           0.000
                  flow  4    0    h:31      leader  0min  yes       kNoCompress    7       3           2.000K
                """);
    }

    @Test
    void opsHaveTheTypesAndStatusesOfTheOriginal() {
        master.on("GET /v1/ops", 200, """
                [{"id":1,"kind":"Offline","target":"flow.0","status":"Success","step":"Primary","createdAt":"1970-01-01T00:00:00Z",
                  "endedAt":"1970-01-01T00:00:01Z","source":null,"reason":""},
                 {"id":2,"kind":"DiskDecommission","target":"d1:/a.b","status":"Running","step":"","createdAt":"1970-01-01T00:00:00Z"},
                 {"id":3,"kind":"Rejoin","target":"flow.0","status":"Running","step":"","createdAt":"1970-01-01T00:00:00Z",
                  "endedAt":null,"source":null,"reason":"CATCHING_UP"},
                 {"id":4,"kind":"Rejoin","target":"other.0","status":"Running","step":"","createdAt":"1970-01-01T00:00:00Z",
                  "endedAt":null,"source":null,"reason":"CATCHING_UP"}]""");
        assertThat(run.run("shell", "-c", "showopstatus flow 0")).isZero();
        assertThat(run.out().lines())
                .anyMatch(l -> l.matches("  1 +kChangeLeaderOP +flow +0 +kDone +19700101000000 +1s +19700101000001 +-"))
                .anyMatch(l -> l.matches(
                        "  3 +kReAddReplicaOP +flow +0 +kDoing +19700101000000 +\\d+s +- +kCheckBinlogSyncProgress"))
                .hasSize(4);

        master.on(
                "GET /v1/partitions/flow.99",
                404,
                "{\"reason\":\"NO_SUCH_PARTITION\",\"message\":\"flow has no partition 99\",\"details\":{}}");
        assertThat(run.run("shell", "-c", "showopstatus flow 99")).isNotZero();
        assertThat(run.err()).contains("flow has no partition 99");
    }

    @Test
    void theOneKeyRecoveryIsAWordToo() {
        master.on("POST /v1/cluster/recover-data", 200, """
                {"autoFailover":true,"op":null,
                 "counts":{"total":1,"healthy":0,"letsIn":0,"elects":1,"chooses":0,"waits":0},"partitions":[]}""");
        assertThat(run.run("shell", "-c", "recoverdata --dry-run")).isZero();
        assertThat(run.out()).contains("1 partitions: 0 need nothing");
    }

    @Test
    void aDatanodeIsAskedItself() {
        master.on(
                "GET /v1/nodes",
                200,
                "[{\"node\":\"d1\",\"address\":\"h:31\",\"httpAddress\":\"" + master.address() + "\"}]");
        master.on("GET /v1/replicas", 200, """
                [{"table":"flow","tableId":4,"pid":0,"node":"d1","ttlMs":0,"compression":"none"},
                 {"table":"flow","tableId":4,"pid":1,"node":"d1","ttlMs":600000,"compression":"none"}]""");
        master.on(
                "GET /v1/partitions",
                200,
                "[{\"id\":9,\"table\":\"flow\",\"index\":0},{\"id\":10,\"table\":\"flow\",\"index\":1}]");
        master.on("GET /v1/partitions/flow.0", 200, "{\"id\":9}").on("GET /v1/partitions/flow.1", 200, "{\"id\":10}");
        master.on("GET /v1/status", 200, """
                {"replicas":[{"replica":1,"partition":9,"role":"ROLE_PRIMARY","state":"REPLICA_OK","lastIndex":7,"bytes":2048},
                             {"replica":2,"partition":10,"role":"ROLE_NONE","state":"REPLICA_LOST","lastIndex":0,"bytes":0}]}""");
        master.on(
                        "GET /reloadDataPartition?id=10",
                        409,
                        "{\"code\":409,\"data\":null,\"msg\":\"DISK_BROKEN: disk /a is given up: EIO\"}")
                .on("GET /reloadDataPartition?id=10", 200, "{\"code\":200,\"data\":[],\"msg\":\"\"}");
        assertThat(run.run("shell", "--datanode", "h:31", "-c", "gettablestatus"))
                .isZero();
        assertThat(run.out()).isEqualTo("""
                  tid  pid  offset  mode            state            enable_expire  ttl    ttl_offset  memused  compress_type
                -------------------------------------------------------------------------------------------------------------
                  4    0    7       kTableLeader    kTableNormal     false          0min   0s          2.000K   kNoCompress
                  4    1    0       kTableFollower  kTableUndefined  true           10min  0s          0.000    kNoCompress
                """);
        assertThat(run.run("shell", "--datanode", "d1", "-c", "loadtable flow 4 0 0 8"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("flow.0 is kTableNormal on d1 already", "TABLE_OPEN");
        assertThat(run.run("shell", "--datanode", "d1", "-c", "loadtable flow 4 1 0 8"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("disk /a is given up: EIO", "DISK_BROKEN");
        assertThat(run.run("shell", "--datanode", "d1", "-c", "loadtable flow 4 1 0 8"))
                .isZero();
        assertThat(run.out()).isEqualTo("LoadTable ok\n");
        assertThat(run.run("shell", "--datanode", "d1", "-c", "loadtable other 4 1 0 8"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("table 4 is 'flow', not 'other'");
    }

    @Test
    void theNodesWordsAreSentAndSayWhatWasRefused() {
        master.on("POST /v1/nodes/offline", 200, "{\"node\":\"d2\",\"failed\":0,\"partitions\":[]}");
        master.on(
                "POST /v1/nodes/recover",
                200,
                "{\"node\":\"d2\",\"failed\":1,\"partitions\":[{\"partition\":\"flow.0\",\"action\":\"refused\","
                        + "\"reason\":\"NO_IN_SYNC_REPLICA\",\"message\":\"nobody\"}]}");
        assertThat(run.run("shell", "-c", "offlineendpoint h:32", "-c", "recoverendpoint h:32"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEqualTo("offline endpoint ok\n");
        assertThat(run.err()).contains("1 of 1 partitions were refused", "flow.0: NO_IN_SYNC_REPLICA: nobody");
        assertThat(master.asked().get(0).body()).isEqualTo("{\"node\":\"h:32\",\"force\":false}");
        assertThat(run.run("node", "recover", "d2")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("flow.0", "refused", "nobody [NO_IN_SYNC_REPLICA]");
    }

    @Test
    void aliveIsSetOfAllOrOfSome() {
        master.on("POST /v1/partitions/set-alive", 200, "{\"node\":\"d2\",\"failed\":0,\"partitions\":[]}");
        assertThat(run.run("shell", "-c", "updatetablealive t * d2 no")).isZero();
        assertThat(run.run("partition", "set-alive", "t", "1,3-4", "d2", "yes", "--force"))
                .isZero();
        assertThat(master.asked().get(0).body())
                .isEqualTo("{\"node\":\"d2\",\"alive\":false,\"force\":false,\"table\":\"t\"}");
        assertThat(master.asked().get(1).body())
                .isEqualTo("{\"node\":\"d2\",\"partitions\":[\"t.1\",\"t.3\",\"t.4\"],\"alive\":true,\"force\":true}");
        assertThat(run.run("partition", "set-alive", "t", "1", "d2", "perhaps")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void listsGoOnePartitionAfterAnotherAndEndWithOneWhenOneFails() {
        master.on("POST /v1/partitions/del-replica", 409, "{\"reason\":\"LAST_IN_SYNC\",\"message\":\"no\"}");
        master.on("POST /v1/partitions/del-replica", 200, "{\"id\":2,\"target\":2}");
        assertThat(run.run("partition", "del-replica", "t.1-2", "d1")).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("partition t.2 has no replica on d1 any more");
        assertThat(run.err()).contains("t.1: error: no").contains("[LAST_IN_SYNC]");
        assertThat(master.asked()).hasSize(2);
    }

    @Test
    void itsOwnWordsAndWhatIsNoWordAtAll() {
        master.on("GET /v1/settings", 200, "{\"AutoFailover\":true}");
        assertThat(run.run("shell", "-c", "cluster confget")).isZero();
        assertThat(run.out()).contains("auto_failover  true");
        assertThat(run.run("shell", "-c", "frobnicate")).isEqualTo(ExitCode.FAILED);
        assertThat(run.run("shell", "-c", "changeleader t")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("changeleader TABLE PID [ENDPOINT|auto]");
    }

    @Test
    void linesAreReadUntilTheEnd() {
        master.on("GET /v1/settings", 200, "{\"AutoFailover\":true}");
        run.atTerminal("confget\nexit\nconfget\n");
        assertThat(run.run("shell")).isZero();
        assertThat(master.asked()).hasSize(1);
    }

    @Test
    void pidsAreOneSomeOrARange() {
        assertThat(PidList.of("t", "1")).containsExactly("t.1");
        assertThat(PidList.of("t", "1,3,5")).containsExactly("t.1", "t.3", "t.5");
        assertThat(PidList.of("t", "1-3,2")).containsExactly("t.1", "t.2", "t.3");
        assertThat(PidList.named("a.b.1-2")).containsExactly("a.b.1", "a.b.2");
        assertThat(PidList.named("17")).containsExactly("17");
        for (String bad : new String[] {"", "x", "3-1", "1,", "1-99999", "-1"}) {
            assertThatThrownBy(() -> PidList.of("t", bad)).as(bad).isInstanceOf(CliException.class);
        }
    }
}
