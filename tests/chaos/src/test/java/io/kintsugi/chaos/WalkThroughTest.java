package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.client.KintsugiClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk through a node's loss and return that the original's documents print, by its own commands: columns and words as there. Automatic
 * failover is off, so that each step is the operator's. Tier 1: processes, no root.
 */
@Tag("chaos")
class WalkThroughTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TABLES =
            "name tid pid endpoint role ttl is_alive compress_type offset record_cnt memused";
    private static final String OPS = "op_id op_type name pid status start_time execute_time end_time cur_task";
    private static final int KEYS = 40;

    private ProcessCluster cluster;
    private AdminClient admin;

    @BeforeEach
    void start(@TempDir Path home) {
        cluster = ProcessCluster.start(home, "walk", 1, 3, 1);
        admin = cluster.admin();
        cluster.kintsugi("table", "create", "flow", "-p", "2", "-r", "3");
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aNodeIsLostTakenOfflineAndRecovered() throws IOException {
        assertThat(shell("confget")).containsSubsequence("auto_failover", "true");
        assertThat(shell("confset auto_failover false")).isEqualTo("set auto_failover ok");
        write(0);
        String lost = leaderOf(0);
        cluster.kill(lost);
        String endpoint = address(lost);
        await().atMost(PATIENCE).until(() -> !alive(lost));
        assertThat(shell("showtablet")).contains(endpoint + "  kTabletOffline");
        List<List<String>> before = rows("showtable flow", TABLES);
        assertThat(member(before, "0", endpoint)).containsSubsequence("leader", "0min", "no", "kNoCompress");
        assertThat(before)
                .filteredOn(r -> r.get(2).equals("0") && r.get(4).equals("leader"))
                .as("nobody took over")
                .hasSize(1);

        assertThat(shell("offlineendpoint " + endpoint)).isEqualTo("offline endpoint ok");
        List<List<String>> offline = rows("showtable flow", TABLES);
        assertThat(member(offline, "0", endpoint)).as("its last role").containsSubsequence("leader", "0min", "no");
        for (String pid : List.of("0", "1")) {
            assertThat(offline)
                    .filteredOn(r -> r.get(2).equals(pid)
                            && r.get(4).equals("leader")
                            && r.get(6).equals("yes"))
                    .as("partition %s has a leader that lives", pid)
                    .hasSize(1);
        }
        write(KEYS);

        cluster.startAgain(lost);
        await().atMost(PATIENCE).until(() -> alive(lost));
        assertThat(shell("showtablet")).contains(endpoint + "  kTabletHealthy");
        assertThat(member(rows("showtable flow", TABLES), "0", endpoint))
                .as("not by itself")
                .contains("no");
        String master = cluster.http(admin.leader());
        AdminClient.failpoint(master, "master.in-sync", "pause", PATIENCE);
        assertThat(shell("recoverendpoint " + endpoint)).isEqualTo("recover endpoint ok");
        List<List<String>> doing = rows("showopstatus flow", OPS);
        assertThat(doing).anySatisfy(r -> assertThat(r).contains("kChangeLeaderOP", "0", "kDone"));
        assertThat(doing).anySatisfy(r -> {
            assertThat(r).contains("kReAddReplicaOP", "0", "kDoing", "-");
            assertThat(r.getLast()).startsWith("k");
        });
        AdminClient.failpoint(master, "master.in-sync", "off", PATIENCE);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows("showopstatus flow", OPS))
                .filteredOn(r -> r.get(1).equals("kReAddReplicaOP"))
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.get(4)).isEqualTo("kDone")));
        List<List<String>> after = rows("showtable flow", TABLES);
        assertThat(after).hasSize(6).allSatisfy(r -> assertThat(r.get(6)).isEqualTo("yes"));
        assertThat(member(after, "0", endpoint)).contains("follower");
        assertThat(shell("confset auto_failover true")).isEqualTo("set auto_failover ok");
        everyWriteIsThere();
    }

    private String shell(String line) {
        return cluster.kintsugi("shell", "-c", line).strip();
    }

    /** The cells of a reply's rows, its titles being these. */
    private List<List<String>> rows(String line, String titles) {
        List<List<String>> words = words(shell(line));
        assertThat(String.join(" ", words.getFirst())).isEqualTo(titles);
        assertThat(words.get(1).getFirst()).matches("-+");
        return words.subList(2, words.size());
    }

    private static List<List<String>> words(String reply) {
        List<List<String>> words = new ArrayList<>();
        reply.lines().forEach(l -> words.add(List.of(l.strip().split(" +"))));
        return words;
    }

    private static List<String> member(List<List<String>> rows, String pid, String endpoint) {
        return rows.stream()
                .filter(r -> r.get(2).equals(pid) && r.get(3).equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    private String leaderOf(int pid) {
        String primary = admin.get("/v1/partitions/flow." + pid).path("primary").asText();
        return primary.substring(0, primary.indexOf(':'));
    }

    private String address(String datanode) {
        return node(datanode).path("address").asText();
    }

    private boolean alive(String datanode) {
        return node(datanode).path("alive").asBoolean();
    }

    private JsonNode node(String datanode) {
        for (JsonNode node : admin.get("/v1/nodes")) {
            if (node.path("node").asText().equals(datanode)) {
                return node;
            }
        }
        throw new AssertionError("no datanode " + datanode);
    }

    private void write(int from) {
        try (KintsugiClient client = cluster.client()) {
            for (int i = from; i < from + KEYS; i++) {
                client.table("flow").put(bytes("key" + i), bytes("value" + i));
            }
        }
    }

    private void everyWriteIsThere() {
        try (KintsugiClient client = cluster.client()) {
            for (int i = 0; i < 2 * KEYS; i++) {
                assertThat(client.table("flow").get(bytes("key" + i)))
                        .as("key%d", i)
                        .hasValue(bytes("value" + i));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
