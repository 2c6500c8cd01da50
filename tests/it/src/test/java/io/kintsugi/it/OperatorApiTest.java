package io.kintsugi.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.it.ClusterInOneJvm.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators can ask, over the real API of a real cluster: plan, check, drain, cancel, take back, remove, and why. */
class OperatorApiTest {
    private static JsonObject body(String... pairs) {
        JsonObject body = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            body.put(pairs[i], pairs[i + 1]);
        }
        return body;
    }

    private static JsonObject ok(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer.object();
    }

    private static void refused(Answer answer, int status, String reason) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.object().getString("reason")).isEqualTo(reason);
    }

    private static JsonObject ended(ClusterInOneJvm cluster, long op) {
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> assertThat(
                        cluster.get("/v1/ops/" + op).object().getString("endedAt"))
                .as(() -> cluster.get("/v1/explain").body())
                .isNotNull());
        return cluster.get("/v1/ops/" + op).object();
    }

    private static List<JsonObject> rows(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static String query(String node, String path) {
        return "?node=" + node + "&path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    }

    @Test
    void aDatanodeIsPlannedCheckedDrainedTakenBackAndRemoved(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 4, 1)) {
            ok(cluster.send("POST", "/v1/tables", body("name", "t").put("partitions", 4)), 201);
            planAndCheck(cluster);

            JsonObject op = ok(cluster.send("POST", "/v1/nodes/decommission", body("node", "d1")), 202);
            assertThat(op.getString("kind")).isEqualTo("NodeDecommission");
            JsonObject ended = ended(cluster, op.getLong("id"));
            assertThat(ended.getString("status")).as(ended.encode()).isEqualTo("Success");
            JsonObject progress = ended.getJsonObject("progress");
            assertThat(progress.getDouble("percent")).isEqualTo(100);
            assertThat(progress.getString("verdict")).isEqualTo("ended");
            JsonObject counts = progress.getJsonObject("partitions");
            assertThat(counts.getInteger("moved")).isEqualTo(counts.getInteger("total"));

            JsonObject node = ok(cluster.get("/v1/nodes/d1"), 200);
            assertThat(node.getString("status")).isEqualTo("Decommissioned");
            assertThat(node.getJsonObject("opRow").getLong("id")).isEqualTo(op.getLong("id"));
            assertThat(rows(node.getJsonArray("diskRows")))
                    .extracting(d -> d.getString("status") + " " + d.getInteger("replicas"))
                    .containsExactly("Decommissioned 0");
            refused(cluster.send("POST", "/v1/nodes/decommission", body("node", "d1")), 409, "ALREADY_DECOMMISSIONED");
            refused(cluster.send("DELETE", "/v1/nodes/d1", null), 409, "NODE_ALIVE");

            cluster.datanode("d1").close();
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> !cluster.get("/v1/nodes/d1").object().getBoolean("alive"));
            ok(cluster.send("DELETE", "/v1/nodes/d1", null), 200);
            events(cluster);
            refused(cluster.get("/v1/nodes/d1"), 404, "NO_SUCH_NODE");
            assertThat(cluster.get("/v1/health").object().getString("status")).isEqualTo("ok");
        }
    }

    private static void events(ClusterInOneJvm cluster) {
        List<JsonObject> all = rows(cluster.get("/v1/events?limit=10000").array());
        assertThat(all)
                .extracting(e -> e.getString("code"))
                .contains(
                        "CLUSTER_CREATED",
                        "NODE_REGISTERED",
                        "TABLE_CREATED",
                        "OP_CREATED",
                        "OP_SUCCESS",
                        "NODE_REMOVED");
        assertThat(rows(cluster.get(
                                "/v1/events?kind=node&since=" + all.getFirst().getLong("id"))
                        .array()))
                .last()
                .matches(e -> e.getString("subject").equals("d1"));
        assertThat(cluster.get("/v1/events?since=2999-01-01T00:00:00Z").array()).isEmpty();
        refused(cluster.get("/v1/events?kind=x"), 400, "BAD_KIND");
        refused(cluster.get("/v1/events?limit=0"), 400, "BAD_LIMIT");
        refused(cluster.get("/v1/events?since=yesterday"), 400, "BAD_TIME");
    }

    private static void planAndCheck(ClusterInOneJvm cluster) {
        JsonObject check = ok(cluster.get("/v1/nodes/d1/drain-check"), 200);
        assertThat(check.getBoolean("mayDrain")).as(check.encode()).isTrue();
        JsonObject plan = ok(
                cluster.send(
                        "POST", "/v1/nodes/decommission", body("node", "d1").put("dryRun", true)),
                200);
        assertThat(plan.getBoolean("possible")).as(plan.encode()).isTrue();
        assertThat(plan.getInteger("leastRedundancy")).isEqualTo(3);
        assertThat(rows(plan.getJsonArray("moves")))
                .hasSize(cluster.get("/v1/nodes/d1").object().getInteger("replicas"))
                .allSatisfy(m -> assertThat(m.getString("destination")).doesNotStartWith("d1:"));
        assertThat(cluster.get("/v1/ops").array()).as("a dry run does nothing").isEmpty();
        JsonObject health = ok(cluster.get("/v1/health"), 200);
        assertThat(health).isEqualTo(new JsonObject().put("status", "ok").put("checks", new JsonArray()));
        assertThat(ok(cluster.get("/v1/explain"), 200).getString("summary")).contains("nothing has been asked for");
    }

    @Test
    void whatCannotBeDoneIsExplainedCancelledAndLeavesNothing(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 2)) {
            ok(cluster.send("POST", "/v1/tables", body("name", "t").put("partitions", 2)), 201);
            JsonObject check = ok(cluster.get("/v1/nodes/d1/drain-check"), 200);
            assertThat(check.getBoolean("mayDrain")).isFalse();
            assertThat(rows(check.getJsonArray("stoppedBy")))
                    .extracting(b -> b.getString("reason"))
                    .containsOnly("NO_DESTINATION");

            long op = ok(cluster.send("POST", "/v1/nodes/decommission", body("node", "d1")), 202)
                    .getLong("id");
            await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> {
                JsonObject progress = cluster.get("/v1/ops/" + op).object().getJsonObject("progress");
                assertThat(progress.getString("verdict")).as(progress.encode()).isEqualTo("stuck");
            });
            assertThat(cluster.get("/v1/ops?waiting=true").array()).isNotEmpty();
            JsonObject why = ok(cluster.get("/v1/ops/" + op + "/explain"), 200);
            assertThat(rows(why.getJsonArray("findings")))
                    .extracting(f -> f.getString("code"))
                    .contains("NO_DESTINATION", "OP_STUCK", "LIMITS");
            assertThat(cluster.get("/v1/health").object().getString("status")).isEqualTo("warning");

            JsonObject paused = ok(cluster.send("POST", "/v1/ops/" + op + "/pause", new JsonObject()), 200);
            assertThat(paused.getString("status")).isEqualTo("Paused");
            ok(cluster.send("POST", "/v1/ops/" + op + "/resume", new JsonObject()), 200);
            refused(cluster.send("POST", "/v1/ops/" + op + "/acknowledge", new JsonObject()), 409, "NOT_ENDED");
            ok(cluster.send("POST", "/v1/ops/" + op + "/cancel", new JsonObject()), 200);
            assertThat(ended(cluster, op).getString("status")).isEqualTo("Cancelled");
            assertThat(cluster.get("/v1/nodes/d1").object().getString("status")).isEqualTo("Normal");
            assertThat(cluster.get("/v1/health").object().getString("status")).isEqualTo("ok");
            refused(cluster.send("POST", "/v1/ops/" + op + "/cancel", new JsonObject()), 409, "OP_ENDED");
            refused(cluster.send("POST", "/v1/ops/99999/cancel", new JsonObject()), 404, "NO_SUCH_OP");
        }
    }

    @Test
    void aReplicaGoesWhereItsOperatorWants(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 2)) {
            ok(
                    cluster.send(
                            "POST",
                            "/v1/tables",
                            body("name", "t").put("partitions", 1).put("replicas", 2)),
                    201);
            JsonObject partition = ok(cluster.get("/v1/partitions/t.0"), 200);
            List<String> nodes = rows(partition.getJsonArray("replicas")).stream()
                    .map(r -> r.getString("node"))
                    .toList();
            String free = List.of("d1", "d2", "d3").stream()
                    .filter(n -> !nodes.contains(n))
                    .findFirst()
                    .orElseThrow();
            String to = free + ":" + cluster.disk(free, 1);
            JsonObject wanted = body("partition", "t.0", "from", nodes.get(0), "to", to);
            assertThat(rows(ok(
                                    cluster.send(
                                            "POST",
                                            "/v1/partitions/decommission",
                                            wanted.copy().put("dryRun", true)),
                                    200)
                            .getJsonArray("moves")))
                    .extracting(m -> m.getString("destination"))
                    .containsExactly(to);
            JsonObject op = ok(cluster.send("POST", "/v1/partitions/decommission", wanted), 202);
            JsonObject ended = ended(cluster, op.getLong("id"));
            assertThat(ended.getString("status")).as(ended.encode()).isEqualTo("Success");
            assertThat(ended.getString("destination")).isEqualTo(to);
            JsonObject disk = ok(
                    cluster.get(
                            "/v1/disks/info" + query(free, cluster.disk(free, 1).toString())),
                    200);
            assertThat(rows(disk.getJsonArray("replicaRows")))
                    .extracting(r -> r.getString("partition") + " " + r.getBoolean("inSync"))
                    .containsExactly("t.0 true");
            assertThat(ok(cluster.get("/v1/partitions/t.0/explain"), 200).getString("summary"))
                    .contains("is well");
            badRequests(cluster, nodes.get(0));
            removals(cluster, free);
        }
    }

    private static void badRequests(ClusterInOneJvm cluster, String left) {
        refused(
                cluster.send("POST", "/v1/partitions/decommission", body("partition", "t.0", "from", left)),
                409,
                "NOT_A_MEMBER");
        refused(cluster.get("/v1/partitions/t.x"), 400, "BAD_PARTITION");
        refused(cluster.get("/v1/partitions/t.9"), 404, "NO_SUCH_PARTITION");
        refused(cluster.get("/v1/disks/info?node=d1"), 400, "MISSING_VALUE");
        refused(cluster.send("POST", "/v1/disks/decommission", body("node", "d1", "path", "/no")), 404, "NO_SUCH_DISK");
        refused(
                cluster.send(
                        "POST", "/v1/nodes/decommission", body("node", "d1").put("weight", 101)),
                400,
                "BAD_WEIGHT");
        refused(cluster.send("POST", "/v1/nodes/decommission", body("node", "d1", "hurry", "yes")), 400, "BAD_FIELD");
        refused(cluster.send("POST", "/v1/nodes/decommission", body("node", "d1", "dryRun", "yes")), 400, "BAD_FLAG");
    }

    private static void removals(ClusterInOneJvm cluster, String node) {
        String used = cluster.disk(node, 1).toString();
        String empty = cluster.disk(node, 0).toString();
        refused(cluster.send("DELETE", "/v1/disks" + query(node, used), null), 409, "DISK_IN_USE");
        assertThat(ok(cluster.send("DELETE", "/v1/disks" + query(node, empty), null), 200)
                        .getString("status"))
                .isEqualTo("Removed");
        JsonObject back = ok(cluster.send("POST", "/v1/disks/recommission", body("node", node, "path", empty)), 200);
        assertThat(back.getString("status")).isEqualTo("Normal");
    }
}
