package io.kintsugi.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job with everything real but the processes. */
class DrainInOneJvmTest {
    @Test
    void aDiskIsDrainedAndEveryKeyIsThere(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 4, 2);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            JsonObject table = cluster.send(
                            "POST",
                            "/v1/tables",
                            new JsonObject().put("name", "t").put("partitions", 6))
                    .object();
            assertThat(table.getBoolean("healthy")).as(table.encode()).isTrue();
            assertThat(cluster.send("POST", "/v1/tables", new JsonObject().put("name", "t"))
                            .status())
                    .isEqualTo(409);
            Table t = client.table("t");
            IntStream.range(0, 200).forEach(i -> t.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));

            String disk = cluster.disk("d1", 0).toString();
            ClusterInOneJvm.Answer started = cluster.send(
                    "POST",
                    "/v1/disks/decommission",
                    new JsonObject().put("node", "d1").put("path", disk));
            assertThat(started.status()).as(started.body()).isEqualTo(202);
            long op = started.object().getLong("id");
            await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> assertThat(status(cluster, op))
                    .as(() -> cluster.get("/v1/ops").body())
                    .isEqualTo("Success"));
            assertThat(cluster.get("/v1/disks").array().stream()
                            .map(JsonObject.class::cast)
                            .filter(d -> d.getString("path").equals(disk)))
                    .extracting(d -> d.getString("status") + " " + d.getInteger("replicas"))
                    .containsExactly("Decommissioned 0");
            for (int i = 0; i < 200; i++) {
                assertThat(t.get(("k" + i).getBytes(UTF_8))).hasValue(("v" + i).getBytes(UTF_8));
            }
            JsonObject now = cluster.get("/v1/cluster").object();
            assertThat(now.getInteger("partitionsUnderReplicated")).isZero();
            assertThat(now.getInteger("opsRunning")).isZero();
        }
    }

    private static String status(ClusterInOneJvm cluster, long op) {
        return cluster.get("/v1/ops/" + op).object().getString("status");
    }

    @Test
    void aKilledDatanodesPartitionsAreServedAndItComesBack(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 4, 1);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            assertThat(cluster.send("POST", "/v1/tables", new JsonObject().put("name", "t"))
                            .status())
                    .isEqualTo(201);
            Table t = client.table("t");
            IntStream.range(0, 50).forEach(i -> t.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
            cluster.datanode("d2").kill();
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> cluster.get("/v1/cluster").object().getInteger("datanodesAlive") == 3);
            for (int i = 0; i < 50; i++) {
                assertThat(t.get(("k" + i).getBytes(UTF_8))).hasValue(("v" + i).getBytes(UTF_8));
            }
            t.put("after".getBytes(UTF_8), "x".getBytes(UTF_8));
            cluster.start("d2", 1);
            await().atMost(ClusterInOneJvm.LONG).until(() -> {
                JsonObject c = cluster.get("/v1/cluster").object();
                return c.getInteger("partitionsUnderReplicated") == 0 && c.getInteger("partitionsWithoutPrimary") == 0;
            });
            assertThat(t.get("after".getBytes(UTF_8))).hasValue("x".getBytes(UTF_8));
        }
    }
}
