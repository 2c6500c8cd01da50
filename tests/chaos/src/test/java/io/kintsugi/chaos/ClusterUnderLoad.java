package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cluster with a filled table and a writer that runs throughout; the checks that every drain has to pass. */
final class ClusterUnderLoad implements AutoCloseable {
    static final String TABLE = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    static final Duration SHORT_OF_CPU = Duration.ofSeconds(5);
    final ProcessCluster cluster;
    final AdminClient admin;
    final RecordingWriter writer;
    private final int replicas;

    ClusterUnderLoad(Path home, String name, int datanodes, int partitions, int keys) {
        this.replicas = 3;
        cluster = ProcessCluster.start(home, name, 3, datanodes, 3);
        admin = cluster.admin();
        patience(SHORT_OF_CPU);
        admin.post("/v1/tables", Map.of("name", TABLE, "partitions", partitions, "replicas", replicas));
        writer = new RecordingWriter(cluster.client(), TABLE, keys, 200);
        writer.fill(16);
        writer.start(2);
    }

    /**
     * How long a datanode may be silent before it is dead. Eight processes share few cores here, and one that merely got none for a second
     * must not look like a drain that lowered redundancy.
     */
    void patience(Duration deadTimeout) {
        admin.patch("/v1/settings", Map.of("NodeDeadTimeoutMs", "" + deadTimeout.toMillis()));
    }

    /** A disk that holds replicas of the table. */
    JsonNode aDiskInUse() {
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.path("replicas").asInt() >= 2
                    && disk.path("status").asText().equals("Normal")) {
                return disk;
            }
        }
        throw new AssertionError("no disk holds replicas: " + admin.get("/v1/disks"));
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
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(
                        () -> admin.get("/v1/ops/" + op),
                        o -> !o.path("endedAt").asText("").isEmpty()
                                && !o.path("endedAt").isNull());
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
