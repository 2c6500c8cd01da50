package io.kintsugi.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everybody in-sync is lost: an operator goes on with what is left, by the real datanodes' files. */
class ForcedRecoveryTest {
    private static final JsonObject NAMED = new JsonObject().put("partition", "t.0");

    private static ClusterInOneJvm cluster(Path dir, int datanodes, int replicas) throws Exception {
        ClusterInOneJvm cluster = new ClusterInOneJvm(dir, datanodes, 1);
        set(cluster, "ReplicaLostTimeoutMs", "3600000");
        assertThat(cluster.send(
                                "POST",
                                "/v1/tables",
                                new JsonObject()
                                        .put("name", "t")
                                        .put("partitions", 1)
                                        .put("replicas", replicas))
                        .status())
                .isEqualTo(201);
        return cluster;
    }

    private static void set(ClusterInOneJvm cluster, String name, String value) {
        ClusterInOneJvm.Answer answer = cluster.send("PATCH", "/v1/settings", new JsonObject().put(name, value));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static JsonObject partition(ClusterInOneJvm cluster) {
        return cluster.get("/v1/partitions/t.0").object();
    }

    private static String node(String place) {
        return place.substring(0, place.indexOf(':'));
    }

    private static void put(Table t, int from, int to) {
        IntStream.range(from, to).forEach(i -> t.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
    }

    /** Only the primary is in-sync, has taken more writes, and is killed; the others are back. Gives the primary's name. */
    private static String lose(ClusterInOneJvm cluster, Table t) throws Exception {
        put(t, 0, 50);
        String primary = node(partition(cluster).getString("primary"));
        List<String> others = new ArrayList<>();
        for (Object place : partition(cluster).getJsonArray("inSync")) {
            if (!node((String) place).equals(primary)) {
                others.add(node((String) place));
            }
        }
        for (String other : others) {
            cluster.datanode(other).kill();
        }
        await().atMost(ClusterInOneJvm.LONG)
                .until(() -> partition(cluster).getJsonArray("inSync").size() == 1);
        put(t, 50, 60);
        cluster.datanode(primary).kill();
        for (String other : others) {
            cluster.start(other, 1);
        }
        await().atMost(ClusterInOneJvm.LONG)
                .until(() -> plan(cluster).getString("outcome").equals("Chooses")
                        && plan(cluster).getJsonArray("survivors").size() == others.size());
        return primary;
    }

    private static JsonObject plan(ClusterInOneJvm cluster) {
        return cluster.send("POST", "/v1/partitions/recover", NAMED.copy().put("dryRun", true))
                .object();
    }

    private static JsonObject recover(ClusterInOneJvm cluster) {
        ClusterInOneJvm.Answer started = cluster.send("POST", "/v1/partitions/recover", NAMED);
        assertThat(started.status()).as(started.body()).isEqualTo(202);
        String op = "/v1/ops/" + started.object().getLong("id");
        await().atMost(ClusterInOneJvm.LONG)
                .untilAsserted(() -> assertThat(cluster.get(op).object().getString("status"))
                        .as(() -> cluster.get(op).body())
                        .isEqualTo("Success"));
        return cluster.get(op).object();
    }

    private static JsonArray backups(ClusterInOneJvm cluster, String node) {
        return cluster.get("/v1/nodes/" + node + "/backups").array();
    }

    private static void serves(Table t, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(t.get(("k" + i).getBytes(UTF_8))).as("k" + i).hasValue(("v" + i).getBytes(UTF_8));
        }
    }

    @Test
    void whatIsLeftServesAndTheOthersComeBackUnderNewIds(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = cluster(dir, 3, 3);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            Table t = client.table("t");
            assertThat(plan(cluster).getString("outcome")).isEqualTo("NotNeeded");
            assertThat(cluster.send("POST", "/v1/partitions/recover", NAMED).body())
                    .contains("NOT_NEEDED");
            String lost = lose(cluster, t);
            assertThat(plan(cluster).getString("loss")).contains("may be lost");
            assertThat(plan(cluster).getJsonArray("unreached").encode()).contains(lost + ":");
            JsonObject op = recover(cluster);
            assertThat(op.getString("reason")).isEqualTo("DATA_MAY_BE_LOST");
            assertThat(op.getString("message")).contains("may be lost").contains("did not reach " + lost);
            serves(t, 0, 50);
            assertThat(t.get("k55".getBytes(UTF_8)))
                    .as("only the lost one had it")
                    .isEmpty();
            put(t, 60, 80);

            cluster.start(lost, 1);
            await().atMost(ClusterInOneJvm.LONG)
                    .untilAsserted(() -> assertThat(partition(cluster).getJsonArray("inSync"))
                            .as(() -> cluster.get("/v1/partitions/t.0").body()
                                    + cluster.get("/v1/ops").body())
                            .hasSize(3));
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> backups(cluster, lost).size() == 1);
            JsonObject backup = backups(cluster, lost).getJsonObject(0);
            assertThat(backup.getString("partition")).isEqualTo("t.0");
            assertThat(backup.getLong("bytes")).isPositive();
            assertThat(backup.getString("expiresAt")).isNotNull();
            assertThat(cluster.get("/dataNode/get?addr=" + lost).body()).contains("\"BackupDataPartitions\":[");
            String one = "/v1/nodes/" + lost + "/backups/" + backup.getLong("replica");
            assertThat(cluster.send("POST", one + "/restore", new JsonObject()).body())
                    .contains("PARTITION_SERVES");
            set(cluster, "DpBackupTimeoutMs", "1");
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> backups(cluster, lost).isEmpty());
            serves(t, 60, 80);
        }
    }

    @Test
    void aBackupThatIsPutBackIsGoneOnWith(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = cluster(dir, 2, 2);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            Table t = client.table("t");
            set(cluster, "AutoDpMetaRepairMode", "off");
            String lost = lose(cluster, t);
            recover(cluster);
            String survivor = node(partition(cluster).getString("primary"));
            cluster.start(lost, 1);
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> backups(cluster, lost).size() == 1);
            long replica = backups(cluster, lost).getJsonObject(0).getLong("replica");

            cluster.datanode(lost).kill(); // it lasts over a restart, without an end in good order
            cluster.start(lost, 1);
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> backups(cluster, lost).size() == 1);
            cluster.datanode(survivor).kill();
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> plan(cluster).getString("outcome").equals("Waits"));
            ClusterInOneJvm.Answer restored =
                    cluster.send("POST", "/v1/nodes/" + lost + "/backups/" + replica + "/restore", new JsonObject());
            assertThat(restored.status()).as(restored.body()).isEqualTo(200);
            assertThat(backups(cluster, lost)).isEmpty();
            assertThat(plan(cluster).getString("outcome")).isEqualTo("Chooses");
            recover(cluster);
            serves(t, 0, 60);
            put(t, 60, 70);
            serves(t, 60, 70);
        }
    }

    /** By the compatible API; and by our own a survivor is refused while a better one is there. */
    @Test
    void aReplicaDeletedByForceGivesWayToTheBestThatIsLeft(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = cluster(dir, 3, 3);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            Table t = client.table("t");
            String delete =
                    "/dataReplica/delete?id=" + partition(cluster).getInteger("id") + "&raftForceDel=true&addr=";
            assertThat(cluster.send("POST", delete + "d1", null).body()).contains("RAFT_FORCE_NEEDLESS");
            String lost = lose(cluster, t);
            String best = node(plan(cluster).getJsonObject("survivor").getString("place"));
            String other = node(places(cluster).stream()
                    .filter(place -> !node(place).equals(best) && !node(place).equals(lost))
                    .findFirst()
                    .orElseThrow());
            ClusterInOneJvm.Answer worse =
                    cluster.send("POST", "/v1/partitions/recover", NAMED.copy().put("survivor", other));
            assertThat(worse.status()).as(worse.body()).isEqualTo(409);
            assertThat(worse.object().getString("reason")).isEqualTo("BETTER_SURVIVOR");
            assertThat(worse.object().getString("message")).contains(best + ":");
            assertThat(cluster.send("POST", delete + best, null).body()).contains("LAST_GOOD_COPY");
            assertThat(cluster.get("/v1/ops").array())
                    .as("refused is without effect")
                    .isEmpty();

            ClusterInOneJvm.Answer forced = cluster.send("POST", delete + lost, null);
            assertThat(forced.object().getInteger("code")).as(forced.body()).isZero();
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> partition(cluster).getString("primary") != null
                            && node(partition(cluster).getString("primary")).equals(best));
            serves(t, 0, 50);
            assertThat(places(cluster)).noneMatch(place -> node(place).equals(lost));
        }
    }

    private static List<String> places(ClusterInOneJvm cluster) {
        return partition(cluster).getJsonArray("members").stream()
                .map(JsonObject.class::cast)
                .map(m -> m.getString("node") + ":" + m.getString("disk"))
                .toList();
    }
}
