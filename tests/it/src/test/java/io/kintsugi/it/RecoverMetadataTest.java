package io.kintsugi.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.proto.ReplicaReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The masters' store is gone: their metadata comes back from real datanodes. */
class RecoverMetadataTest {
    private static final int KEYS = 200;

    private static void put(Table t, int from, int to) {
        IntStream.range(from, to).forEach(i -> t.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
    }

    private static void found(Table t, int to) {
        for (int i = 0; i < to; i++) {
            assertThat(t.get(("k" + i).getBytes(UTF_8))).as("k" + i).hasValue(("v" + i).getBytes(UTF_8));
        }
    }

    private static void table(ClusterInOneJvm cluster, String name, int replicas) {
        ClusterInOneJvm.Answer made = cluster.send(
                "POST",
                "/v1/tables",
                new JsonObject().put("name", name).put("partitions", 4).put("replicas", replicas));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
    }

    private static JsonObject recovered(ClusterInOneJvm cluster, JsonObject options, String... nodes) {
        JsonObject body = options.copy().put("nodes", new JsonArray());
        for (String node : nodes) {
            body.getJsonArray("nodes").add(cluster.datanode(node).address());
        }
        ClusterInOneJvm.Answer begun = cluster.send("POST", "/v1/meta/recover", body);
        assertThat(begun.status()).as(begun.body()).isEqualTo(202);
        await().atMost(ClusterInOneJvm.LONG)
                .until(() -> cluster.get("/v1/meta/recover").object().getString("endedAt") != null);
        return cluster.get("/v1/meta/recover").object();
    }

    private static JsonObject recovered(ClusterInOneJvm cluster, String... nodes) {
        return recovered(cluster, new JsonObject(), nodes);
    }

    private static void whole(ClusterInOneJvm cluster) {
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> {
            JsonObject info = cluster.get("/v1/cluster").object();
            assertThat(info.getInteger("datanodesAlive")).as(info.encode()).isEqualTo(3);
            assertThat(info.getInteger("partitionsWithoutPrimary")).isZero();
            assertThat(info.getInteger("partitionsUnderReplicated")).isZero();
        });
    }

    private static boolean warned(ClusterInOneJvm cluster, String code) {
        return cluster.get("/v1/health").object().getJsonArray("checks").stream()
                .anyMatch(check -> ((JsonObject) check).getString("code").equals(code));
    }

    /** Address and count of replicas of each datanode, as `nodes -d` shows them. */
    private static JsonArray counts(ClusterInOneJvm cluster) {
        JsonArray counts = new JsonArray();
        cluster.get("/v1/nodes")
                .array()
                .forEach(n -> counts.add(
                        ((JsonObject) n).getString("address") + " " + ((JsonObject) n).getInteger("replicas")));
        return counts;
    }

    private static void setting(ClusterInOneJvm cluster, String name, String value) {
        assertThat(cluster.send("PATCH", "/v1/settings", new JsonObject().put(name, value))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void allComesBackUnderAHigherGenerationAndTheOldMastersStayOut(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 1)) {
            table(cluster, "t", 3);
            setting(cluster, "DecommissionDpLimit", "7");
            JsonObject before = cluster.get("/v1/cluster").object();
            String clusterId = before.getString("clusterId");
            assertThat(warned(cluster, "RECOVERY_FLAG_ON")).isFalse();
            JsonArray replicas = counts(cluster);
            try (KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
                put(client.table("t"), 0, KEYS);
            }
            cluster.stopMaster();

            cluster.startMaster("m1-new", true);
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> cluster.get("/v1/tables").body().contains("ERR_UNDER_RECOVERY"));
            assertThat(cluster.get("/admin/getCluster").body()).contains("ERR_UNDER_RECOVERY");
            assertThat(cluster.send("POST", "/v1/meta/init", new JsonObject()).body())
                    .contains("ERR_UNDER_RECOVERY");

            JsonObject dry = recovered(cluster, new JsonObject().put("dryRun", true), "d1", "d2", "d3");
            assertThat(dry.getString("result")).as(dry.encode()).isEqualTo("ERR_OK");
            assertThat(cluster.get("/v1/tables").body()).contains("ERR_UNDER_RECOVERY");

            JsonObject end = recovered(cluster, "d1", "d2", "d3");
            assertThat(end.getString("result")).as(end.encode()).isEqualTo("ERR_OK");
            assertThat(end.getJsonObject("plan").getInteger("replicas")).isEqualTo(12);
            assertThat(end.getJsonObject("plan").getJsonArray("hints"))
                    .as(end.encode())
                    .isEmpty();
            whole(cluster);
            JsonObject info = cluster.get("/v1/cluster").object();
            assertThat(info.getString("clusterId")).isEqualTo(clusterId);
            assertThat(info.getLong("generation")).isEqualTo(2);
            assertThat(info.getString("groupId")).isNotEqualTo(before.getString("groupId"));
            assertThat(info.getJsonArray("masters").getJsonObject(0).getString("dataDir"))
                    .endsWith("m1-new");
            assertThat(counts(cluster)).isEqualTo(replicas);
            assertThat(warned(cluster, "RECOVERY_FLAG_ON")).isTrue();
            assertThat(warned(cluster, "REPLICAS_KEPT_ASIDE")).isFalse();
            assertThat(cluster.get("/v1/settings").body()).containsPattern("DecommissionDpLimit.{0,80}\"?7\"?");
            try (KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
                Table t = client.table("t");
                found(t, KEYS);
                put(t, KEYS, KEYS + 50);
                found(t, KEYS + 50);
            }
            table(cluster, "u", 2);
            assertThat(cluster.send("POST", "/v1/meta/recover", new JsonObject().put("nodes", List.of("h:1")))
                            .body())
                    .contains("ERR_SERVICE_ALREADY_RUNNING");

            flagAndOldStore(cluster);
        }
    }

    /** Started again with the flag still on it goes on; the old store is refused by the datanodes. */
    private static void flagAndOldStore(ClusterInOneJvm cluster) throws Exception {
        cluster.stopMaster();
        cluster.startMaster("m1-new", true);
        whole(cluster);
        cluster.stopMaster();
        cluster.startMaster("m1", false);
        await().atMost(ClusterInOneJvm.LONG)
                .until(() -> "ready".equals(cluster.get("/v1/cluster").object().getString("state")));
        assertThat(cluster.datanode("d1").node().reports())
                .allSatisfy(r -> assertThat(r.getEpoch()).isGreaterThanOrEqualTo(2L << 40));
        assertThat(cluster.get("/v1/cluster").object().getInteger("datanodesAlive"))
                .isZero();
        cluster.stopMaster();
        cluster.startMaster("m1-new", false);
        whole(cluster);
        assertThat(warned(cluster, "RECOVERY_FLAG_ON")).isFalse();
        cluster.stopMaster();
        assertThatThrownBy(() -> cluster.startMaster("m1-new", true))
                .isInstanceOf(ConsensusException.class)
                .hasMessageContaining(
                        "find apps from remote storage, but [meta_server].recover_from_replica_server = true");
        cluster.startMaster("m1-new", false);
        whole(cluster);
    }

    @Test
    void whatIsMissingIsNamedAndSkippedOnlyWhenTold(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 1)) {
            table(cluster, "t", 3);
            try (KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
                put(client.table("t"), 0, KEYS);
            }
            cluster.stopMaster();
            cluster.startMaster("m1-new", true);
            String[] all = {"d1", "d2", "d3"};
            List<Long> held = cluster.datanode("d3").node().reports().stream()
                    .map(ReplicaReport::getReplica)
                    .toList();
            cluster.datanode("d3").kill();
            JsonObject refused = recovered(cluster, all);
            assertThat(refused.getString("result")).isEqualTo("ERR_TRY_AGAIN");
            assertThat(refused.encode())
                    .contains("collect app and replica info from node("
                            + cluster.datanode("d3").address()
                            + ") failed with err(ERR_NETWORK_FAILURE), you can skip it by set skip_bad_nodes option");

            JsonObject end = recovered(cluster, new JsonObject().put("skipBadNodes", true), all);
            assertThat(end.getString("result")).as(end.encode()).isEqualTo("ERR_OK");
            assertThat(end.encode()).contains("of replicas, may lost data");
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> cluster.get("/v1/cluster").object().getInteger("partitionsWithoutPrimary", 9) == 0);
            try (KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
                found(client.table("t"), KEYS);
            }

            // it comes back as a new datanode, gets new replicas of the same partitions, and what it has is kept aside
            cluster.start("d3", 1);
            whole(cluster);
            assertThat(held).hasSize(4);
            assertThat(cluster.datanode("d3").node().reports())
                    .hasSize(8)
                    .filteredOn(r -> r.getEpoch() < 2L << 40)
                    .extracting(ReplicaReport::getReplica)
                    .containsExactlyInAnyOrderElementsOf(held);
            await().atMost(ClusterInOneJvm.LONG).until(() -> warned(cluster, "REPLICAS_KEPT_ASIDE"));
        }
    }
}
