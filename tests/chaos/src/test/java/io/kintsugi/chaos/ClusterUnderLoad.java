package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.Armory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cluster with a filled table and a writer that runs throughout; the checks that every drain has to pass. */
final class ClusterUnderLoad implements AutoCloseable {
    static final String TABLE = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    static final Duration SHORT_OF_CPU = Duration.ofSeconds(5);
    final ProcessCluster cluster;
    final AdminClient admin;
    final Armory armory;
    final RecordingWriter writer;
    private final int replicas;

    ClusterUnderLoad(Path home, String name, int datanodes, int partitions, int keys) {
        this(home, name, datanodes, 3, partitions, keys, 200, Map.of());
    }

    ClusterUnderLoad(
            Path home,
            String name,
            int datanodes,
            int disks,
            int partitions,
            int keys,
            int valueBytes,
            Map<String, String> environment) {
        this.replicas = 3;
        cluster = ProcessCluster.start(
                home, name, 3, datanodes, disks, environment, Map.of("replica.ack.timeout", "10s"));
        admin = cluster.admin();
        armory = new Armory(cluster);
        patience(SHORT_OF_CPU);
        admin.patch("/v1/settings", Map.of("DroppedTableRetentionMs", "0"));
        admin.post("/v1/tables", Map.of("name", TABLE, "partitions", partitions, "replicas", replicas));
        writer = new RecordingWriter(cluster.client(), TABLE, keys, valueBytes);
        writer.fill(16);
        writer.start(2);
    }

    /**
     * How long a datanode may be silent before it is dead. Eight processes share few cores here, and one that merely got none for some
     * seconds must not look like a drain that lowered redundancy; so primaries wait longer for their members' answers, too.
     */
    void patience(Duration deadTimeout) {
        admin.patch("/v1/settings", Map.of("NodeDeadTimeoutMs", "" + deadTimeout.toMillis()));
    }

    /** The disk that holds most replicas of the table. */
    JsonNode aDiskInUse() {
        return aDiskInUse("");
    }

    /** One of another datanode than this. */
    JsonNode aDiskInUse(String notOf) {
        Map<String, Integer> replicasOf = new HashMap<>();
        for (JsonNode p : admin.get("/v1/partitions?table=" + TABLE)) {
            p.path("members").forEach(m -> replicasOf.merge(name(m, "disk"), 1, Integer::sum));
        }
        JsonNode most = null;
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.path("status").asText().equals("Normal")
                    && !disk.path("node").asText().equals(notOf)
                    && replicasOf.getOrDefault(name(disk, "path"), 0) >= 2
                    && (most == null || replicasOf.get(name(disk, "path")) > replicasOf.get(name(most, "path")))) {
                most = disk;
            }
        }
        if (most == null) {
            throw new AssertionError("no disk holds replicas of the table: " + admin.get("/v1/disks"));
        }
        return most;
    }

    private static String name(JsonNode row, String path) {
        return row.path("node").asText() + ":" + row.path(path).asText();
    }

    /** Begins a drain; returns the op's id. */
    long decommission(JsonNode disk) {
        JsonNode op = admin.post(
                "/v1/disks/decommission",
                Map.of(
                        "node",
                        disk.path("node").asText(),
                        "path",
                        disk.path("path").asText()));
        return op.path("id").asLong();
    }

    void recommission(JsonNode disk) {
        admin.post(
                "/v1/disks/recommission",
                Map.of(
                        "node",
                        disk.path("node").asText(),
                        "path",
                        disk.path("path").asText()));
    }

    JsonNode awaitEnd(long op) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> hasEnded(op));
        return admin.get("/v1/ops/" + op);
    }

    boolean hasEnded(long op) {
        return !admin.get("/v1/ops/" + op).path("endedAt").asText("").isEmpty();
    }

    /** The datanode that a running move copies to. */
    String awaitDestination() {
        return await().atMost(PATIENCE).ignoreExceptions().until(this::destination, d -> !d.isEmpty());
    }

    private String destination() {
        for (JsonNode p : admin.get("/v1/partitions?table=" + TABLE)) {
            String joining = p.path("joining").asText("");
            if (joining.contains(":")) {
                return joining.substring(0, joining.indexOf(':'));
            }
        }
        return "";
    }

    /** The disk is empty, no move is left, no partition has a trace of one. */
    void assertDrained(JsonNode disk, JsonNode op) {
        assertThat(op.path("status").asText()).as("op %s", op).isEqualTo("Success");
        JsonNode now = disk(disk);
        assertThat(now.path("replicas").asInt()).as("disk %s", now).isZero();
        assertThat(now.path("status").asText()).isEqualTo("Decommissioned");
        List<String> left = new ArrayList<>();
        for (JsonNode o : admin.get("/v1/ops")) {
            boolean ended =
                    !o.path("endedAt").isNull() && !o.path("endedAt").asText("").isEmpty();
            if (!ended) {
                left.add(o.toString());
            }
        }
        assertThat(left).as("ops that still run: tokens are derived from them").isEmpty();
        for (JsonNode p : admin.get("/v1/partitions?table=" + TABLE)) {
            assertThat(p.path("joining").asText("")).as("partition %s", p).isIn("", "null");
            assertThat(p.path("leaving").asText("")).as("partition %s", p).isIn("", "null");
            assertThat(p.path("inSync").size()).as("partition %s", p).isGreaterThanOrEqualTo(replicas);
        }
    }

    /** Replicas that a datanode holds and the master knows nothing of. */
    List<String> strayReplicas() throws IOException {
        Set<Long> members = new HashSet<>();
        for (JsonNode p : admin.get("/v1/partitions")) {
            p.path("members").forEach(m -> members.add(m.path("replica").asLong()));
        }
        List<String> stray = new ArrayList<>();
        for (String datanode : cluster.datanodes()) {
            for (JsonNode r :
                    AdminClient.getFrom(cluster.http(datanode), "/v1/status").path("replicas")) {
                if (!members.contains(r.path("replica").asLong())) {
                    stray.add(datanode + ": " + r);
                }
            }
        }
        return stray;
    }

    JsonNode disk(JsonNode like) {
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.path("node").equals(like.path("node")) && disk.path("path").equals(like.path("path"))) {
                return disk;
            }
        }
        throw new AssertionError("no disk " + like);
    }

    void awaitAllInSync() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    JsonNode c = admin.get("/v1/cluster");
                    return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                            && c.path("partitionsUnderReplicated").asInt(-1) == 0;
                });
    }

    /** Stops the writer and reads every key. */
    void assertNothingLost() {
        writer.stop();
        assertThat(writer.writes()).isPositive();
        assertThat(writer.check()).isEmpty();
        writer.start(2);
    }

    int mastersAlive() {
        int alive = 0;
        for (JsonNode m : admin.get("/v1/cluster").path("masters")) {
            alive += m.path("alive").asBoolean() ? 1 : 0;
        }
        return alive;
    }

    String awaitLeader() {
        return await().atMost(PATIENCE).until(admin::leader, l -> !l.isEmpty());
    }

    /** Whoever follows a leader that was killed; followers go on naming the old one until they notice. */
    String awaitNextLeader(String killed) {
        return await().atMost(PATIENCE).until(admin::leader, l -> !l.isEmpty() && !l.equals(killed));
    }

    @Override
    public void close() {
        try {
            writer.close();
        } finally {
            cluster.close();
        }
    }
}
