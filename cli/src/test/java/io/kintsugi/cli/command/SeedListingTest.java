package io.kintsugi.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.seed.PegasusNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code nodes}, {@code ls} and {@code cluster_info}, in the shell and outside: what recovery and moving are checked by. */
class SeedListingTest extends CliTest {
    private static final List<String> NODES = List.of(
            node("d2", "h2:34801", "Offline", false, 16, 0),
            node("d10", "h10:34801", "Unknown", false, 3, 1),
            node("d1", "h1:34801", "Decommissioning", true, 24, 8));
    private static final String TABLES = """
            [{"name":"temp","id":10,"partitions":2,"replicas":3,"minInSync":2,"state":"Normal","createdAt":"2026-01-31T12:00:00Z"},
             {"name":"stat","id":2,"partitions":1,"replicas":2,"minInSync":1,"state":"Normal","createdAt":"2026-01-30T12:00:00Z"}]""";
    private static final String ALL_TABLES = """
            [{"name":"temp","id":10,"partitions":2,"replicas":3,"minInSync":2,"state":"Normal","createdAt":"2026-01-31T12:00:00Z",
              "droppedAt":null,"purgedAt":null},
             {"name":"temp","id":1,"partitions":4,"replicas":3,"minInSync":1,"state":"Dropped","createdAt":"2026-01-29T12:00:00Z",
              "droppedAt":"2026-01-30T00:00:00Z","purgedAt":"2026-02-06T00:00:00Z"}]""";

    private static String node(String name, String address, String status, boolean alive, int replicas, int primaries) {
        String row = """
                {"node":"%s","address":"%s","status":"%s","alive":%s,"replicas":%d,"primaries":%d}""";
        return row.formatted(name, address, status, alive, replicas, primaries);
    }

    private static String partition(int table, boolean served, String inSync) {
        return """
                {"table":"temp","tableId":%d,"served":%s,"inSync":[%s],"target":3}""".formatted(table, served, inSync);
    }

    private static String cluster(int generation, String group) {
        return """
                {"state":"ready","clusterId":"c1","generation":%d,"groupId":"%s","leader":"m2",
                 "masters":[{"name":"m1","http":"h1:17010","dataDir":"/data/m1"},{"name":"m2","http":"h2:17010","dataDir":"/data/m2"},
                            {"name":"m3","http":"h3:17010","dataDir":null}]}""".formatted(generation, group);
    }

    private void nodes() {
        master.on("GET /v1/nodes", 200, NODES.toString());
    }

    @Test
    void nodesHaveTheAddressFirstThenTheirState() {
        nodes();
        assertThat(run.run("nodes")).isZero();
        assertThat(run.out()).isEqualTo("""
                [details]
                address    status
                h10:34801  UNKNOWN
                h1:34801   ALIVE
                h2:34801   DEAD

                [summary]
                total_node_count   : 3
                alive_node_count   : 1
                unalive_node_count : 2
                """);
    }

    @Test
    void nodesAreCountedAndTheSeedsPipelineFindsThoseAlive() throws IOException {
        nodes();
        Path list = home.resolve("nodes.list");
        assertThat(run.run("shell", "-c", "nodes -d -o " + list)).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(list).hasContent("""
                [details]
                address    status   replica_count  primary_count  secondary_count
                h10:34801  UNKNOWN  3              1              2
                h1:34801   ALIVE    24             8              16
                h2:34801   DEAD     16             0              16

                [summary]
                total_node_count   : 3
                alive_node_count   : 1
                unalive_node_count : 2
                """);
        // grep ALIVE nodes.list | awk '{print $1}'
        assertThat(Files.readAllLines(list).stream()
                        .filter(line -> line.contains("ALIVE"))
                        .map(line -> line.split(" +")[0]))
                .containsExactly("h1:34801");
    }

    @Test
    void whatIsListedDoesntDependOnTheOrderOfTheAnswer() throws IOException {
        List<String> rows = new ArrayList<>(NODES);
        for (int i = 0; i < 20; i++) {
            rows.add(node("e" + i, "e" + i * 7 % 20 + ":1", "Normal", true, i, 0));
        }
        String first = listed(rows);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            Collections.shuffle(rows, random);
            assertThat(listed(rows)).isEqualTo(first);
        }
    }

    private static String listed(List<String> rows) throws IOException {
        return PegasusNodes.of(Json.parse(rows.toString().getBytes(UTF_8)), "all", true)
                .text();
    }

    @Test
    void nodesOfOneState() {
        nodes();
        assertThat(addresses("alive")).containsExactly("h1:34801");
        assertThat(addresses("DEAD")).containsExactly("h2:34801");
        assertThat(addresses("unknown")).containsExactly("h10:34801");
        assertThat(addresses("unalive")).containsExactly("h10:34801", "h2:34801");
        assertThat(addresses("all")).hasSize(3);
        assertThat(run.run("nodes", "-s", "dying")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("-s dying is no state [BAD_STATE]")
                .contains("It is one of all, alive, dead, unalive, unknown.");
    }

    private List<String> addresses(String state) {
        assertThat(run.run("nodes", "-s", state)).isZero();
        return run.out()
                .lines()
                .filter(line -> line.contains(":34801"))
                .map(line -> line.split(" ")[0])
                .toList();
    }

    @Test
    void nodesAsJsonOfTheSeedOrOfTheApi() {
        master.on("GET /v1/nodes", 200, "[" + NODES.get(0) + "]");
        assertThat(run.run("shell", "-c", "nodes -d -j")).isZero();
        assertThat(run.out().replaceAll("\\s+", ""))
                .isEqualTo(
                        "{\"details\":{\"h2:34801\":{\"address\":\"h2:34801\",\"status\":\"DEAD\",\"replica_count\":\"16\","
                                + "\"primary_count\":\"0\",\"secondary_count\":\"16\"}},\"summary\":{\"total_node_count\":\"1\","
                                + "\"alive_node_count\":\"0\",\"unalive_node_count\":\"1\"}}");
        assertThat(run.run("nodes", "-o", "json")).isZero();
        assertThat(run.out().replaceAll("\\s+", "")).isEqualTo("[" + NODES.get(0) + "]");
    }

    @Test
    void twoNodesOfOneAddressStayTwo() {
        master.on("GET /v1/nodes", 200, "[" + NODES.get(0) + "," + NODES.get(0) + "]");
        assertThat(run.run("nodes", "-j")).isZero();
        assertThat(run.out()).contains("\"h2:34801\" :", "\"h2:34801#2\" :");
    }

    @Test
    void tablesHaveTheColumnsOfTheOriginal() {
        master.on("GET /v1/tables", 200, TABLES);
        assertThat(run.run("shell", "-c", "ls")).isZero();
        assertThat(run.out()).isEqualTo("""
                [general_info]
                app_id  status     app_name  app_type  partition_count  replica_count  is_stateful  \
                create_time          drop_time  drop_expire  envs_count
                2       AVAILABLE  stat      kintsugi  1                2              true         2026-01-30_12:00:00  -          -            0
                10      AVAILABLE  temp      kintsugi  2                3              true         2026-01-31_12:00:00  -          -            0

                [summary]
                total_app_count : 2
                """);
    }

    @Test
    void droppedTablesAreShownWhenAskedFor() {
        master.on("GET /v1/tables?state=all", 200, ALL_TABLES);
        assertThat(run.run("ls", "-a")).isZero();
        String rows = """
                app_id  status     app_name  app_type  partition_count  replica_count  is_stateful  \
                create_time          drop_time            drop_expire          envs_count
                1       DROPPED    temp      kintsugi  4                3              true         \
                2026-01-29_12:00:00  2026-01-30_00:00:00  2026-02-06_00:00:00  0
                10      AVAILABLE  temp      kintsugi  2                3              true         \
                2026-01-31_12:00:00  -                    -                    0
                """;
        assertThat(run.out()).isEqualTo("[general_info]\n" + rows + "\n[summary]\ntotal_app_count : 1\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.run("ls", "-s", "dropped")).isZero();
        assertThat(run.out()).contains("DROPPED").doesNotContain("AVAILABLE").contains("total_app_count : 0");
        assertThat(run.run("ls", "-a", "-s", "dropping")).isZero();
        assertThat(run.out()).doesNotContain("temp");
        assertThat(run.run("ls", "-s", "gone")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("It is one of all, available, creating, dropping, dropped.");
    }

    @Test
    void mastersThatListNoDroppedTablesAreFoundOut() {
        master.on("GET /v1/tables?state=all", 200, TABLES);
        assertThat(run.run("ls", "-a")).isZero();
        assertThat(run.out()).contains("total_app_count : 2");
        assertThat(run.err()).contains("these masters don't list dropped tables");
    }

    /** Of two tables of one name the dropped one's partitions don't count. */
    @Test
    void healthyPartitionsAreCountedPerTable() {
        master.on("GET /v1/tables?state=all", 200, ALL_TABLES);
        master.on(
                "GET /v1/partitions",
                200,
                List.of(
                                partition(10, true, "\"a\",\"b\""),
                                partition(10, false, "\"a\",\"b\",\"c\""),
                                partition(1, false, ""))
                        .toString());
        assertThat(run.run("ls", "-a", "-d")).isZero();
        assertThat(run.out()).endsWith("""

                [healthy_info]
                app_id  app_name  partition_count  fully_healthy  unhealthy  write_unhealthy  read_unhealthy
                10      temp      2                0              2          1                1

                [summary]
                total_app_count           : 1
                fully_healthy_app_count   : 0
                unhealthy_app_count       : 1
                write_unhealthy_app_count : 1
                read_unhealthy_app_count  : 1
                """);
        assertThat(run.run("ls", "-a", "-d", "-j")).isZero();
        assertThat(run.out().replaceAll("\\s+", ""))
                .contains(
                        "\"healthy_info\":{\"10\":{\"app_id\":\"10\",\"app_name\":\"temp\",\"partition_count\":\"2\"");
    }

    @Test
    void theRootOfTheMetadataIsTheMastersGroup() {
        master.on("GET /v1/cluster", 200, cluster(1, "g1"));
        master.on("GET /v1/cluster", 200, cluster(2, "g2"));
        assertThat(run.run("shell", "-c", "cluster_info")).isZero();
        String before = run.out();
        assertThat(before).isEqualTo("""
                [cluster_info]
                meta_servers        : h1:17010,h2:17010,h3:17010
                primary_meta_server : h2:17010
                metadata_root       : /c1/1
                metadata_group      : g1
                metadata_generation : 1
                metadata_stores     : m1=/data/m1,m2=/data/m2,m3=-
                meta_function_level : lively (fixed)
                meta_state          : ready
                cluster_id          : c1
                """);
        assertThat(run.run("cluster_info", "-j")).isZero();
        assertThat(run.out()).contains("\"metadata_root\" : \"/c1/2\"", "\"metadata_group\" : \"g2\"");
    }

    @Test
    void withoutAStoreThereIsNoRoot() {
        master.on("GET /v1/cluster", 200, """
                {"state":"under-recovery","clusterId":"","generation":0,"groupId":"","leader":"",
                 "masters":[{"name":"m1","http":"h1:17010","dataDir":"/data/m1"}]}""");
        assertThat(run.run("cluster_info")).isZero();
        assertThat(run.out()).isEqualTo("""
                [cluster_info]
                meta_servers        : h1:17010
                primary_meta_server : -
                metadata_root       : -
                metadata_group      : -
                metadata_generation : -
                metadata_stores     : m1=/data/m1
                meta_function_level : -
                meta_state          : under-recovery
                cluster_id          : -
                """);
    }

    @Test
    void underRecoveryTheSeedsSentenceIsSaid() {
        String refusal = """
                {"reason":"ERR_UNDER_RECOVERY","message":"ERR_UNDER_RECOVERY: m1 has no metadata","details":{}}""";
        master.on("GET /v1/tables", 503, refusal).on("GET /v1/nodes", 503, refusal);
        Path list = home.resolve("apps.list");
        assertThat(run.run("ls", "-o", list.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("list apps failed, error=ERR_UNDER_RECOVERY")
                .contains("  m1 has no metadata");
        assertThat(list).doesNotExist();
        assertThat(run.run("nodes")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("list nodes failed, error=ERR_UNDER_RECOVERY");
    }

    @Test
    void aFileIsForTheseOnlyAndMustBeWritable() {
        nodes();
        assertThat(run.run("nodes", "-o", home.resolve("no/such/directory").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("can't write").contains("Its directory must be there and writable.");
        assertThat(run.run("node", "ls", "-o", "nodes.list")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("-o nodes.list: it is json or table [BAD_USAGE]");
        assertThat(master.asked()).hasSize(1);
    }

    @Test
    void theShellsHelpHasThem() {
        assertThat(run.run("shell", "-c", "help")).isZero();
        assertThat(run.out()).contains("nodes [-d]", "ls [-a]", "cluster_info [-j]", "recover -f FILE");
    }
}
