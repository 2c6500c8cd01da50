package io.kintsugi.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.it.ClusterInOneJvm.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of a partition added and taken out by hand, over both APIs of a real cluster. */
class MembersApiTest {
    private static final String PARTITION = "/v1/partitions/t.0";

    private static JsonObject of(String key, String value) {
        return new JsonObject().put("partition", "t.0").put(key, value);
    }

    private static JsonObject ok(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer.object();
    }

    private static void refused(Answer answer, String reason) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.object().getString("reason")).isEqualTo(reason);
    }

    private static List<String> members(ClusterInOneJvm cluster) {
        return cluster.get(PARTITION).object().getJsonArray("replicas").stream()
                .map(r -> ((JsonObject) r).getString("node"))
                .toList();
    }

    private static void ended(ClusterInOneJvm cluster, long op) {
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> assertThat(
                        cluster.get("/v1/ops/" + op).object().getString("status"))
                .as(() -> cluster.get(PARTITION + "/explain").body())
                .isEqualTo("Success"));
    }

    private static String data(ClusterInOneJvm cluster, String path) {
        JsonObject answer = ok(cluster.get(path), 200);
        assertThat(answer.getInteger("code")).as(answer.encode()).isZero();
        return answer.getString("data");
    }

    private static String address(ClusterInOneJvm cluster, String node) {
        String address = ok(cluster.get("/v1/nodes/" + node), 200).getString("address");
        return URLEncoder.encode(address, StandardCharsets.UTF_8);
    }

    @Test
    void oneMoreAndOneFewer(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 4, 1)) {
            JsonObject table =
                    new JsonObject().put("name", "t").put("partitions", 1).put("replicas", 2);
            ok(cluster.send("POST", "/v1/tables", table), 201);
            List<String> first = members(cluster);
            String free = List.of("d1", "d2", "d3", "d4").stream()
                    .filter(n -> !first.contains(n))
                    .findFirst()
                    .orElseThrow();
            added(cluster, free);
            ledByAnother(cluster);
            takenOut(cluster, cluster.get(PARTITION).object().getString("primary"));
            byTheCompatibleApi(cluster);
        }
    }

    private static void added(ClusterInOneJvm cluster, String free) {
        JsonObject wanted = of("to", free);
        JsonObject plan = ok(
                cluster.send("POST", "/v1/partitions/add-replica", wanted.copy().put("dryRun", true)), 200);
        assertThat(plan.getBoolean("possible")).as(plan.encode()).isTrue();
        assertThat(plan.getJsonArray("notes").encode()).contains("its own target becomes 3");
        JsonObject op = ok(cluster.send("POST", "/v1/partitions/add-replica", wanted), 202);
        assertThat(op.getString("kind")).isEqualTo("Repair");
        ended(cluster, op.getLong("id"));
        assertThat(members(cluster)).hasSize(3).contains(free);
        JsonObject now = cluster.get(PARTITION).object();
        assertThat(now.getInteger("target")).isEqualTo(3);
        assertThat(now.getJsonArray("inSync")).hasSize(3);
    }

    /** By name, and by itself; who has no replica is refused, and who leads already changes nothing. */
    private static void ledByAnother(ClusterInOneJvm cluster) {
        String url = "/v1/partitions/change-leader";
        JsonObject before = cluster.get(PARTITION).object();
        String other = before.getJsonArray("inSync").stream()
                .map(Object::toString)
                .filter(r -> !r.equals(before.getString("primary")))
                .findFirst()
                .orElseThrow();
        JsonObject plan = ok(cluster.send("POST", url, of("to", other).put("dryRun", true)), 200);
        assertThat(plan.getBoolean("possible")).as(plan.encode()).isTrue();
        assertThat(cluster.get(PARTITION).object().getLong("epoch")).isEqualTo(before.getLong("epoch"));
        JsonObject row = ok(cluster.send("POST", url, of("to", other)), 200);
        assertThat(row.getString("primary")).isEqualTo(other);
        assertThat(ok(cluster.send("POST", url, of("to", other)), 200).getString("primary"))
                .isEqualTo(other);
        await().atMost(ClusterInOneJvm.LONG)
                .untilAsserted(() -> assertThat(ok(cluster.send("POST", url, of("partition", "t.0")), 200)
                                .getString("primary"))
                        .isNotEqualTo(other));
        String none = List.of("d1", "d2", "d3", "d4").stream()
                .filter(n -> !members(cluster).contains(n))
                .findFirst()
                .orElseThrow();
        refused(cluster.send("POST", url, of("to", none)), "NOT_A_MEMBER");
    }

    /** The primary hands over in the same command. */
    private static void takenOut(ClusterInOneJvm cluster, String primary) {
        JsonObject wanted = of("from", primary);
        refused(cluster.send("POST", "/v1/partitions/del-replica", wanted), "BELOW_TARGET");
        JsonObject plan = ok(
                cluster.send(
                        "POST",
                        "/v1/partitions/del-replica",
                        wanted.copy().put("lower", true).put("dryRun", true)),
                200);
        assertThat(plan.getBoolean("possible")).as(plan.encode()).isTrue();
        assertThat(plan.getString("newPrimary")).isNotNull().isNotEqualTo(primary);
        JsonObject row = ok(cluster.send("POST", "/v1/partitions/del-replica", wanted.put("lower", true)), 200);
        assertThat(row.getInteger("target")).isEqualTo(2);
        assertThat(row.getString("primary")).isNotEqualTo(primary);
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> assertThat(
                        ok(cluster.get("/v1/nodes/" + primary.substring(0, primary.indexOf(':'))), 200)
                                .getInteger("replicas"))
                .isZero());
        refused(cluster.send("POST", "/v1/partitions/reset-target", of("partition", "t.0")), "TARGET_NOT_CHANGED");
    }

    private static void byTheCompatibleApi(ClusterInOneJvm cluster) {
        int id = ok(cluster.get(PARTITION), 200).getInteger("id");
        List<String> there = members(cluster);
        List<String> free = List.of("d1", "d2", "d3", "d4").stream()
                .filter(n -> !there.contains(n))
                .toList();
        String taken = address(cluster, there.getFirst());
        assertThat(data(cluster, "/dataReplica/add?id=" + id + "&addr=" + taken))
                .contains("has a replica");
        String said = data(cluster, "/dataReplica/add?id=" + id + "&addr=" + address(cluster, free.getFirst()));
        ended(cluster, Long.parseLong(said.split(" ")[1]));
        assertThat(members(cluster)).contains(free.getFirst());

        JsonObject below =
                cluster.get("/dataReplica/delete?id=" + id + "&addr=" + taken).object();
        assertThat(below.getInteger("code")).isNotZero();
        assertThat(below.getString("msg")).contains("BELOW_TARGET");
        data(cluster, "/dataReplica/delete?id=" + id + "&addr=" + taken + "&lower=true");
        assertThat(data(cluster, "/dataReplica/delete?id=" + id + "&addr=" + taken))
                .contains("has no replica");

        String from = members(cluster).getFirst();
        String to = free.getLast();
        String moved = data(
                cluster, "/dataNode/migrate?srcAddr=" + address(cluster, from) + "&targetAddr=" + address(cluster, to));
        assertThat(moved).startsWith("1 partitions move from " + from + " to " + to);
        ended(cluster, Long.parseLong(moved.replaceAll(".*\\[(\\d+)]", "$1")));
        assertThat(members(cluster)).contains(to).doesNotContain(from);
    }
}
