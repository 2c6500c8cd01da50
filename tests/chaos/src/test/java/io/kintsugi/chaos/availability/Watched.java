package io.kintsugi.chaos.availability;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.availability.TablesUnderLoad.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What an operator sees of a cluster, and waits for. */
record Watched(ProcessCluster cluster, AdminClient admin) {
    /** Short, since every loss here is waited for; long enough for a process that gets no core for a moment. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(3);

    static Watched of(ProcessCluster cluster) {
        Watched watched = new Watched(cluster, cluster.admin());
        watched.admin.patch("/v1/settings", Map.of("NodeDeadTimeoutMs", "" + DEAD_AFTER.toMillis()));
        return watched;
    }

    static void until(String what, Callable<Boolean> so) {
        await(what)
                .atMost(TablesUnderLoad.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(so);
    }

    JsonNode partition(Part part) {
        return admin.get("/v1/partitions/" + part.name());
    }

    List<String> members(Part part) {
        List<String> nodes = new ArrayList<>();
        partition(part).path("members").forEach(m -> nodes.add(m.path("node").asText()));
        return nodes;
    }

    /** The datanode of its primary; "" when it has none. */
    String primary(Part part) {
        return node(partition(part).path("primary"));
    }

    List<String> inSync(Part part) {
        List<String> nodes = new ArrayList<>();
        partition(part).path("inSync").forEach(place -> nodes.add(node(place)));
        return nodes;
    }

    /** Of {@code node:path}. */
    private static String node(JsonNode place) {
        String text = place.asText("");
        return text.contains(":") ? text.substring(0, text.indexOf(':')) : "";
    }

    void changeLeader(Part part, String to) {
        admin.post("/v1/partitions/change-leader", Map.of("partition", part.name(), "to", to));
        until(part.name() + " is led by " + to, () -> primary(part).equals(to));
    }

    boolean alive(String datanode) {
        for (JsonNode node : admin.get("/v1/nodes")) {
            if (node.path("node").asText().equals(datanode)) {
                return node.path("alive").asBoolean();
            }
        }
        return false;
    }

    int mastersAlive() {
        int alive = 0;
        for (JsonNode m : admin.get("/v1/cluster").path("masters")) {
            alive += m.path("alive").asBoolean() ? 1 : 0;
        }
        return alive;
    }

    void awaitDead(String datanode) {
        until(datanode + " is dead", () -> !alive(datanode));
    }

    /** Every partition has its primary and all its replicas in-sync. */
    void awaitAllInSync() {
        until("all in-sync", () -> {
            JsonNode c = admin.get("/v1/cluster");
            return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                    && c.path("partitionsUnderReplicated").asInt(-1) == 0;
        });
    }
}
