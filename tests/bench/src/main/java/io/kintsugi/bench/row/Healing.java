package io.kintsugi.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the cluster mends by itself, with little data: a replica that is lost, a disk that breaks, a datanode that is killed. Nobody asks for
 * anything; replica and disk fail by the datanodes' drills.
 */
public final class Healing implements Bench.Row {
    private static final String TABLE = "healing";
    private static final int PARTITIONS = 12;
    private static final int KEYS = 2_000;
    private static final int VALUE_BYTES = 1_024;
    private static final double RESTORED_SECONDS = 5;
    private static final double COPYING_SECONDS = 2;
    private static final double SERVED_SECONDS = 3;
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);

    @Override
    public String name() {
        return "healing";
    }

    @Override
    public String what() {
        return "a lost replica, a broken disk, a killed datanode, until the cluster has mended it by itself";
    }

    @Override
    public List<Figure> run(Bench bench) {
        Cluster.Size size = new Cluster.Size(3, 5, 2);
        try (Cluster cluster = Cluster.start(bench, "healing", size, "--datanode-config=drills=true")) {
            cluster.admin().patch("/v1/settings", Map.of("AutoDecommissionDiskIntervalMs", "" + INTERVAL.toMillis()));
            cluster.createTable(TABLE, PARTITIONS, 3);
            fill(cluster);
            List<Double> restored = new ArrayList<>();
            List<Double> copying = new ArrayList<>();
            List<Double> served = new ArrayList<>();
            for (int i = 0; i < bench.size(5, 3); i++) {
                restored.add(lostReplica(bench, cluster, i));
                copying.add(brokenDisk(bench, cluster));
                served.add(killedDatanode(bench, cluster));
            }
            return List.of(
                    Figure.of("lost replica → redundancy restored", "s", new Samples(restored))
                            .want(Figure.Target.atMost(RESTORED_SECONDS)),
                    Figure.of("disk breaks, and its interval is over → first copy", "s", new Samples(copying))
                            .want(Figure.Target.atMost(COPYING_SECONDS))
                            .noting("interval " + INTERVAL.toSeconds() + " s"),
                    Figure.of("datanode killed → all partitions served again", "s", new Samples(served))
                            .want(Figure.Target.atMost(SERVED_SECONDS)));
        }
    }

    private static void fill(Cluster cluster) {
        try (KintsugiClient client = cluster.client()) {
            Table table = client.table(TABLE);
            byte[] value = new byte[VALUE_BYTES];
            List<CompletableFuture<?>> open = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                open.add(table.putAsync(("key-" + i).getBytes(StandardCharsets.UTF_8), value));
            }
            open.forEach(CompletableFuture::join);
        }
    }

    /** Its files are found damaged; over when as many as before are in-sync, and it is none of them. */
    private static double lostReplica(Bench bench, Cluster cluster, int turn) {
        cluster.awaitHealthy();
        JsonNode partition = partitions(cluster).get(turn % PARTITIONS);
        JsonNode member = partition.path("members").get(turn % 3);
        long replica = member.path("replica").asLong();
        long begin = System.nanoTime();
        drill(cluster, member.path("node").asText(), "break-replica", "" + replica, "on");
        Waiting.until("another replica in-sync in its place", PATIENCE, POLL, () -> {
            JsonNode now = partitions(cluster).get(turn % PARTITIONS);
            return now.path("inSync").size() == 3
                    && stream(now.path("members"))
                            .noneMatch(m -> m.path("replica").asLong() == replica);
        });
        double seconds = Waiting.secondsSince(begin);
        bench.say(String.format("replica %d lost, another in its place after %.2f s", replica, seconds));
        return seconds;
    }

    /** Until the first replica is being copied off it, less the interval; then it is emptied, and recovered, by which it is used again. */
    private static double brokenDisk(Bench bench, Cluster cluster) {
        cluster.awaitHealthy();
        JsonNode disk = stream(cluster.admin().get("/v1/disks"))
                .filter(d -> d.path("replicas").asInt() > 0)
                .findFirst()
                .orElseThrow();
        Map<String, Object> named = Map.of(
                "node", disk.path("node").asText(), "path", disk.path("path").asText());
        String target = disk.path("node").asText() + ":" + disk.path("path").asText();
        long begin = System.nanoTime();
        drill(
                cluster,
                disk.path("node").asText(),
                "break-disk",
                disk.path("path").asText(),
                "on");
        long op = Waiting.await("the disk's decommission to copy", PATIENCE, POLL, () -> copyingOff(cluster, target));
        double seconds = Waiting.secondsSince(begin) - INTERVAL.toMillis() / 1e3;
        bench.say(String.format("%s broken, first copy %.2f s after the interval", target, seconds));
        Waiting.until("the disk's decommission to end", PATIENCE, POLL, () -> !cluster.admin()
                .get("/v1/ops/" + op)
                .path("endedAt")
                .asText("")
                .isEmpty());
        drill(
                cluster,
                disk.path("node").asText(),
                "break-disk",
                disk.path("path").asText(),
                "off");
        cluster.admin().post("/v1/disks/recover", named);
        Waiting.until("the disk to work again", PATIENCE, POLL, () -> stream(
                        cluster.admin().get("/v1/disks"))
                .filter(d -> d.path("path").equals(disk.path("path")))
                .allMatch(d -> d.path("error").asText("").isEmpty()));
        return seconds;
    }

    /** The op that decommissions the disk, once one of its moves copies. */
    private static Optional<Long> copyingOff(Cluster cluster, String disk) {
        List<JsonNode> ops = stream(cluster.admin().get("/v1/ops")).toList();
        return ops.stream()
                .filter(o -> o.path("target").asText().equals(disk)
                        && o.path("endedAt").asText("").isEmpty())
                .map(o -> o.path("id").asLong())
                .filter(id -> ops.stream()
                        .anyMatch(o -> o.path("parent").asLong() == id
                                && !o.path("step").asText("").isEmpty()))
                .findFirst();
    }

    /** From SIGKILL until every partition has a primary that serves and the death is known. */
    private static double killedDatanode(Bench bench, Cluster cluster) {
        cluster.awaitHealthy();
        Cluster.Instance victim = cluster.datanodes().getFirst();
        long begin = System.nanoTime();
        Cluster.kill(victim).join();
        Waiting.until("its partitions to be served elsewhere", PATIENCE, POLL, () -> {
            JsonNode c = cluster.admin().get("/v1/cluster");
            return c.path("datanodesAlive").asInt() < c.path("datanodes").asInt()
                    && c.path("partitionsWithoutPrimary").asInt(-1) == 0;
        });
        double seconds = Waiting.secondsSince(begin);
        bench.say(String.format("%s killed, all partitions served after %.2f s", victim.name(), seconds));
        cluster.startInstance(victim.name());
        return seconds;
    }

    private static void drill(Cluster cluster, String node, String drill, String target, String action) {
        Cluster.Instance instance = cluster.datanodes().stream()
                .filter(i -> i.name().equals(node))
                .findFirst()
                .orElseThrow();
        String path = "/v1/debug/drills/" + drill + "?target=" + target + "&action=" + action;
        boolean taken = AdminClient.once(
                        instance.http(), "PUT", path, null, UUID.randomUUID().toString(), PATIENCE)
                .isPresent();
        if (!taken) {
            throw new IllegalStateException(node + " refused drill " + drill + " of " + target);
        }
    }

    private static List<JsonNode> partitions(Cluster cluster) {
        return stream(cluster.admin().get("/v1/partitions?table=" + TABLE)).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
