package io.kintsugi.chaos.flow;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ClusterUnderLoad;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Mounted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The cluster that all flows share, under load, and what several of them need to ask of it. */
final class Site implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    /** So soon after it was seen broken a disk is decommissioned by itself here. */
    private static final String INTERVAL_MS = "1000";

    final ClusterUnderLoad load;
    final ProcessCluster cluster;
    final AdminClient admin;
    final FaultShim shim;
    /** Taken away at the end. */
    final List<Mounted> mounts = new ArrayList<>();
    /** Which partition, which member, which disk. */
    final Random random;

    Site(Path home, Random random) {
        this.random = random;
        shim = FaultShim.build(ProcessCluster.repository(), home.resolve("faults"));
        Map<String, String> config = new HashMap<>(ClusterUnderLoad.LITTLE_LOG);
        config.put("disk.check.interval", "500ms");
        load = new ClusterUnderLoad(
                home,
                new ClusterUnderLoad.Machines("flows", 5, 2, shim.environment(), config),
                new ClusterUnderLoad.Filled(ClusterUnderLoad.TABLE, 3, 12, 1_000, 1_024),
                new ClusterUnderLoad.Filled("pairs", 2, 4, 300, 1_024));
        cluster = load.cluster;
        admin = load.admin;
        usualSettings();
    }

    /** What flows may have changed. */
    void usualSettings() {
        load.patience(ClusterUnderLoad.SHORT_OF_CPU);
        set("AutoDecommissionDiskIntervalMs", INTERVAL_MS);
        set("ReplicaLostTimeoutMs", "600000");
        set("AutoDpMetaRepairMode", "on");
        set("CopyBytesPerSecond", "0");
        // flow after flow ends datanodes here, within the minutes that would make them count as flapping
        set("BrakeWindowMs", "1000");
        set("DpBackupTimeoutMs", "" + Duration.ofDays(7).toMillis());
    }

    void set(String setting, String value) {
        admin.patch("/v1/settings", Map.of(setting, value));
    }

    // ------------------------------------------------------------------ what there is
    /** One of the partitions of a table. */
    JsonNode aPartition(String table) {
        List<JsonNode> all = rows("/v1/partitions?table=" + table).toList();
        return all.get(random.nextInt(all.size()));
    }

    JsonNode aMember(JsonNode partition) {
        return partition
                .path("members")
                .get(random.nextInt(partition.path("members").size()));
    }

    JsonNode partition(JsonNode like) {
        return admin.get("/v1/partitions/" + like.path("id").asText());
    }

    /** {@code table.index}. */
    static String name(JsonNode partition) {
        return partition.path("table").asText() + "." + partition.path("index").asText();
    }

    static boolean has(JsonNode partition, long replica) {
        return stream(partition.path("members")).anyMatch(m -> m.path("replica").asLong() == replica);
    }

    /** {@code node:disk}, as places are written. */
    static String place(JsonNode member) {
        return member.path("node").asText() + ":" + member.path("disk").asText();
    }

    /** The disk of a member, or any that has replicas. */
    JsonNode diskOf(JsonNode member) {
        return rows("/v1/disks")
                .filter(d -> d.path("node").equals(member.path("node"))
                        && d.path("path").equals(member.path("disk")))
                .findFirst()
                .orElseThrow();
    }

    Stream<JsonNode> rows(String path) {
        return stream(admin.get(path));
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The ids of all replicas on a disk. */
    List<Long> replicasOn(JsonNode disk) {
        return stream(diskInfo(disk).path("replicaRows"))
                .map(r -> r.path("id").asLong())
                .sorted()
                .toList();
    }

    JsonNode diskInfo(JsonNode disk) {
        return admin.get("/v1/disks/info?" + query(disk));
    }

    private static String query(JsonNode disk) {
        return "node=" + disk.path("node").asText() + "&path="
                + URLEncoder.encode(disk.path("path").asText(), StandardCharsets.UTF_8);
    }

    /** A disk as requests name it. */
    static Map<String, Object> named(JsonNode disk) {
        return Map.of(
                "node", disk.path("node").asText(), "path", disk.path("path").asText());
    }

    static Path directory(JsonNode disk) {
        return Path.of(disk.path("path").asText());
    }

    /** The newest op of this kind and target, if there is any above {@code after}. */
    Optional<JsonNode> opAfter(long after, String kind, String target) {
        return rows("/v1/ops")
                .filter(o -> o.path("id").asLong() > after
                        && o.path("kind").asText().equals(kind)
                        && o.path("target").asText().equals(target))
                .reduce((a, b) -> a.path("id").asLong() > b.path("id").asLong() ? a : b);
    }

    long lastOp() {
        return rows("/v1/ops").mapToLong(o -> o.path("id").asLong()).max().orElse(0);
    }

    List<JsonNode> eventsAfter(long id) {
        List<JsonNode> all = new ArrayList<>();
        rows("/v1/events?limit=10000&since=" + id).forEach(all::add);
        return all;
    }

    long lastEvent() {
        return rows("/v1/events?limit=1")
                .mapToLong(e -> e.path("id").asLong())
                .max()
                .orElse(0);
    }

    // ------------------------------------------------------------------ what is waited for
    /** Until it is so; a leader that has just been killed is no answer. */
    static void until(String what, Callable<Boolean> so) {
        await(what).atMost(PATIENCE).pollInterval(POLL).ignoreExceptions().until(so);
    }

    /** What is answered in the end, when refusals that pass are over. */
    static JsonNode answer(String what, Callable<JsonNode> asked, Predicate<AdminClient.Refused> passes) {
        return await(what)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .ignoreExceptionsMatching(e -> e instanceof AdminClient.Refused refused && passes.test(refused))
                .until(asked, Objects::nonNull);
    }

    /** The op of this kind and target that the cluster began by itself, when it has ended. */
    JsonNode awaitOwnOp(long after, String kind, String target) {
        until("an op " + kind + " of " + target, () -> opAfter(after, kind, target)
                .isPresent());
        return load.awaitEnd(
                opAfter(after, kind, target).orElseThrow().path("id").asLong());
    }

    JsonNode awaitDisk(JsonNode disk, String what, Predicate<JsonNode> so) {
        until("disk " + disk.path("path").asText() + " " + what, () -> so.test(load.disk(disk)));
        return load.disk(disk);
    }

    /** Until its datanode has reported it, and the masters have taken that into their state: then it can be asked for its recovery. */
    JsonNode awaitBroken(JsonNode disk) {
        return awaitDisk(
                disk,
                "is known to be broken",
                d -> d.path("status").asText().equals("Unavailable") && d.hasNonNull("unavailableSince"));
    }

    JsonNode awaitPartition(JsonNode partition, String what, Predicate<JsonNode> so) {
        until(name(partition) + " " + what, () -> so.test(partition(partition)));
        return partition(partition);
    }

    void awaitAlive(String node, boolean alive) {
        until(node + (alive ? " is back" : " is dead"), () -> rows("/v1/nodes")
                .anyMatch(n ->
                        n.path("node").asText().equals(node) && n.path("alive").asBoolean() == alive));
    }

    // ------------------------------------------------------------------ what is done
    /** Plants a fault in a datanode, or takes it back. */
    void drill(JsonNode member, String drill, String target, String action) {
        try {
            AdminClient.drill(cluster.http(member.path("node").asText()), drill, target, action);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts those of the datanodes that don't answer. */
    void startThoseThatDied(List<String> nodes) {
        List<String> dead = nodes.stream().filter(node -> !answers(node)).toList();
        if (!dead.isEmpty()) {
            cluster.startAgain(dead.toArray(String[]::new));
        }
    }

    private boolean answers(String node) {
        try {
            AdminClient.getFrom(cluster.http(node), "/v1/status");
            return true;
        } catch (IOException e) {
            return false; // it is down
        }
    }

    /** Says that a disk is mended, and waits until its datanode uses it again. */
    void recover(JsonNode disk) {
        admin.post("/v1/disks/recover", named(disk));
        awaitDisk(
                disk,
                "works again",
                d -> d.path("status").asText().equals("Normal")
                        && d.path("unavailableSince").isNull());
    }

    /** Says that a disk is mended where the datanode can't agree. @return why it doesn't */
    String recoverInVain(JsonNode disk) {
        admin.post("/v1/disks/recover", named(disk));
        return awaitDisk(
                        disk,
                        "can't be recovered",
                        d -> !d.path("recoveryError").asText("").isEmpty()
                                && !d.path("recovery").asText().equals("Running"))
                .path("recoveryError")
                .asText();
    }

    @Override
    public void close() {
        mounts.forEach(Mounted::close);
        load.close();
    }
}
