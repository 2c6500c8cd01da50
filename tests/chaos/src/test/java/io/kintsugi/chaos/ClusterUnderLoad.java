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
import java.util.TreeMap;
import java.util.function.Predicate;

/** A cluster with filled tables and writers that run throughout; the checks that every drain has to pass. */
public final class ClusterUnderLoad implements AutoCloseable {
    public static final String TABLE = "orders";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    public static final Duration SHORT_OF_CPU = Duration.ofSeconds(5);
    public final ProcessCluster cluster;
    public final AdminClient admin;
    public final Armory armory;
    /** Of {@link #TABLE}. */
    public final RecordingWriter writer;

    private final Map<String, Integer> tables = new TreeMap<>();
    private final List<RecordingWriter> writers = new ArrayList<>();

    /**
     * The processes.
     *
     * @param datanodeConfig of its datanodes, beside what all suites set
     */
    public record Machines(
            String name,
            int datanodes,
            int disks,
            Map<String, String> environment,
            Map<String, String> datanodeConfig) {}

    /** A table and what is in it. */
    public record Filled(String table, int replicas, int partitions, int keys, int valueBytes) {}

    /** More data than log: a new replica is copied, and doesn't get by with the log. */
    public static final Map<String, String> LITTLE_LOG = Map.of("replica.log.retain", "64KiB", "flush.bytes", "256KiB");

    ClusterUnderLoad(Path home, String name, int datanodes, int partitions, int keys) {
        this(home, new Machines(name, datanodes, 3, Map.of(), Map.of()), new Filled(TABLE, 3, partitions, keys, 200));
    }

    /** @param more tables beside {@code first} */
    public ClusterUnderLoad(Path home, Machines machines, Filled first, Filled... more) {
        Map<String, String> config = new HashMap<>(machines.datanodeConfig);
        config.put("replica.ack.timeout", "10s");
        cluster = ProcessCluster.start(
                home, machines.name, 3, machines.datanodes, machines.disks, machines.environment, config);
        admin = cluster.admin();
        armory = new Armory(cluster);
        patience(SHORT_OF_CPU);
        admin.patch("/v1/settings", Map.of("DroppedTableRetentionMs", "0"));
        writer = fill(first);
        for (Filled table : more) {
            fill(table);
        }
    }

    private RecordingWriter fill(Filled table) {
        admin.post(
                "/v1/tables", Map.of("name", table.table, "partitions", table.partitions, "replicas", table.replicas));
        tables.put(table.table, table.replicas);
        var filler = new RecordingWriter(cluster.client(), table.table, table.keys, table.valueBytes);
        writers.add(filler);
        filler.fill(16);
        filler.start(2);
        return filler;
    }

    /** Replicas of each table. */
    public Map<String, Integer> tables() {
        return Map.copyOf(tables);
    }

    RedundancyWatch watch() {
        return new RedundancyWatch(admin, tables);
    }

    /**
     * How long a datanode may be silent before it is dead. Eight processes share few cores here, and one that merely got none for some
     * seconds must not look like a drain that lowered redundancy; so primaries wait longer for their members' answers, too.
     */
    public void patience(Duration deadTimeout) {
        admin.patch("/v1/settings", Map.of("NodeDeadTimeoutMs", "" + deadTimeout.toMillis()));
    }

    /** The disk that holds replicas of most tables, and most of them. */
    public JsonNode aDiskInUse() {
        return aDiskInUse(disk -> true);
    }

    /** Such a one among these. */
    public JsonNode aDiskInUse(Predicate<JsonNode> good) {
        JsonNode most = null;
        int best = 0;
        for (JsonNode disk : admin.get("/v1/disks")) {
            int worth = worth(disk);
            if (disk.path("status").asText().equals("Normal") && good.test(disk) && worth > best) {
                most = disk;
                best = worth;
            }
        }
        if (most == null) {
            throw new AssertionError("no disk holds replicas of the tables: " + admin.get("/v1/disks"));
        }
        return most;
    }

    private int worth(JsonNode disk) {
        Set<String> present = new HashSet<>();
        int replicas = 0;
        for (JsonNode p : admin.get("/v1/partitions")) {
            if (tables.containsKey(p.path("table").asText()) && isOn(p, disk)) {
                present.add(p.path("table").asText());
                replicas++;
            }
        }
        return replicas < 2 ? 0 : present.size() * 100 + replicas;
    }

    /** Whether it has the only replica of something. */
    boolean hasSingles(JsonNode disk) {
        for (JsonNode p : admin.get("/v1/partitions")) {
            if (p.path("members").size() == 1 && isOn(p, disk)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOn(JsonNode partition, JsonNode disk) {
        for (JsonNode m : partition.path("members")) {
            if (m.path("node").equals(disk.path("node")) && m.path("disk").equals(disk.path("path"))) {
                return true;
            }
        }
        return false;
    }

    /** Begins a drain; returns the op's id. */
    public long decommission(JsonNode disk) {
        JsonNode op = admin.post(
                "/v1/disks/decommission",
                Map.of(
                        "node",
                        disk.path("node").asText(),
                        "path",
                        disk.path("path").asText()));
        return op.path("id").asLong();
    }

    public void recommission(JsonNode disk) {
        admin.post(
                "/v1/disks/recommission",
                Map.of(
                        "node",
                        disk.path("node").asText(),
                        "path",
                        disk.path("path").asText()));
    }

    public JsonNode awaitEnd(long op) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> hasEnded(op));
        return admin.get("/v1/ops/" + op);
    }

    public boolean hasEnded(long op) {
        return !admin.get("/v1/ops/" + op).path("endedAt").asText("").isEmpty();
    }

    /** The datanode that a running move copies to. */
    String awaitDestination() {
        return await().atMost(PATIENCE).ignoreExceptions().until(this::destination, d -> !d.isEmpty());
    }

    private String destination() {
        for (JsonNode p : admin.get("/v1/partitions")) {
            String joining = p.path("joining").asText("");
            if (joining.contains(":")) {
                return joining.substring(0, joining.indexOf(':'));
            }
        }
        return "";
    }

    /** The disk is empty, no move is left, no partition has a trace of one. */
    public void assertDrained(JsonNode disk, JsonNode op) {
        assertThat(op.path("status").asText()).as("op %s", op).isEqualTo("Success");
        JsonNode now = disk(disk);
        assertThat(now.path("replicas").asInt()).as("disk %s", now).isZero();
        assertThat(now.path("status").asText()).isEqualTo("Decommissioned");
        assertNothingUnderWay();
    }

    /** Within some time no op is open, and every partition is as if there had never been a move. */
    public void assertNothingUnderWay() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            assertThat(openOps())
                    .as("ops that still run: tokens are derived from them")
                    .isEmpty();
            for (JsonNode p : admin.get("/v1/partitions")) {
                Integer replicas = tables.get(p.path("table").asText());
                if (replicas != null) {
                    assertThat(p.path("joining").asText(""))
                            .as("partition %s", p)
                            .isIn("", "null");
                    assertThat(p.path("leaving").asText(""))
                            .as("partition %s", p)
                            .isIn("", "null");
                    assertThat(p.path("members").size()).as("partition %s", p).isEqualTo(replicas);
                    assertThat(p.path("inSync").size()).as("partition %s", p).isEqualTo(replicas);
                }
            }
        });
    }

    /** What was drained may be used again: a test that failed is not to be the next one's failure. */
    void giveBackAll() {
        recoverAll();
        for (JsonNode node : admin.get("/v1/nodes")) {
            if (node.path("drain").asText().equals("Drained")) {
                admin.post(
                        "/v1/nodes/recommission",
                        Map.of("node", node.path("node").asText()));
            }
        }
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.path("status").asText().equals("Decommissioned")) {
                recommission(disk);
            }
        }
    }

    /** A broken disk is used again on the operator's word; its datanode's restart doesn't do. What was begun for it ends meanwhile. */
    private void recoverAll() {
        for (JsonNode disk : brokenDisks()) {
            admin.post(
                    "/v1/disks/recover",
                    Map.of(
                            "node",
                            disk.path("node").asText(),
                            "path",
                            disk.path("path").asText()));
        }
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> openOps().isEmpty() && brokenDisks().isEmpty());
    }

    /** Those that have met errors, drained since or not: by their datanode's report, or still by the masters' state, which follows it. */
    private List<JsonNode> brokenDisks() {
        List<JsonNode> broken = new ArrayList<>();
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.hasNonNull("firstErrorAt") || disk.hasNonNull("unavailableSince")) {
                broken.add(disk);
            }
        }
        return broken;
    }

    /** Ops that haven't ended. */
    public List<JsonNode> openOps() {
        List<JsonNode> open = new ArrayList<>();
        for (JsonNode o : admin.get("/v1/ops")) {
            if (o.path("endedAt").asText("").isEmpty() || o.path("endedAt").isNull()) {
                open.add(o);
            }
        }
        return open;
    }

    /** Replicas that a datanode holds and the master knows nothing of. */
    public List<String> strayReplicas() throws IOException {
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

    public JsonNode disk(JsonNode like) {
        for (JsonNode disk : admin.get("/v1/disks")) {
            if (disk.path("node").equals(like.path("node")) && disk.path("path").equals(like.path("path"))) {
                return disk;
            }
        }
        throw new AssertionError("no disk " + like);
    }

    public void awaitAllInSync() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    JsonNode c = admin.get("/v1/cluster");
                    return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                            && c.path("partitionsUnderReplicated").asInt(-1) == 0;
                });
    }

    /** Stops the writers and reads every key. */
    public void assertNothingLost() {
        for (RecordingWriter each : writers) {
            each.stop();
            assertThat(each.writes()).isPositive();
            assertThat(each.check()).isEmpty();
            each.start(2);
        }
    }

    public int mastersAlive() {
        int alive = 0;
        for (JsonNode m : admin.get("/v1/cluster").path("masters")) {
            alive += m.path("alive").asBoolean() ? 1 : 0;
        }
        return alive;
    }

    public String awaitLeader() {
        return await().atMost(PATIENCE).until(admin::leader, l -> !l.isEmpty());
    }

    /** Whoever follows a leader that was killed; followers go on naming the old one until they notice. */
    public String awaitNextLeader(String killed) {
        return await().atMost(PATIENCE).until(admin::leader, l -> !l.isEmpty() && !l.equals(killed));
    }

    @Override
    public void close() {
        try {
            writers.forEach(RecordingWriter::close);
        } finally {
            cluster.close();
        }
    }
}
