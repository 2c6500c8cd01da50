package io.kintsugi.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Admin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Drains a disk and takes it back, over the HTTP API. */
final class Drain {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** A disk as the API shows it. */
    record Disk(String node, String path, int replicas) {
        Map<String, String> target() {
            return Map.of("node", node, "path", path);
        }
    }

    /** How a drain went: seconds from its acknowledgement to Success, and the bytes that its moves copied. */
    record Outcome(double seconds, long bytesCopied, int moves) {}

    private final Admin admin;
    private final Duration poll;

    /** @param poll how often the op is asked for: each answer takes CPU time from the cluster that is measured */
    Drain(Admin admin, Duration poll) {
        this.admin = admin;
        this.poll = poll;
    }

    List<Disk> disks() {
        List<Disk> all = new ArrayList<>();
        for (JsonNode d : admin.get("/v1/disks")) {
            all.add(new Disk(
                    d.path("node").asText(),
                    d.path("path").asText(),
                    d.path("replicas").asInt()));
        }
        return all;
    }

    Outcome run(Disk disk) {
        JsonNode op = admin.post("/v1/disks/decommission", disk.target());
        long acknowledged = System.nanoTime();
        long id = op.path("id").asLong();
        String path = "/v1/ops/" + id;
        JsonNode ended = Waiting.await("the drain of " + disk, LONGEST, poll, () -> {
            JsonNode now = admin.get(path);
            return now.path("endedAt").isMissingNode()
                            || now.path("endedAt").isNull()
                            || now.path("endedAt").asText().isEmpty()
                    ? Optional.empty()
                    : Optional.of(now);
        });
        double seconds = Waiting.secondsSince(acknowledged);
        if (!ended.path("status").asText().equals("Success")) {
            throw new IllegalStateException("the drain of " + disk + " ended as " + ended);
        }
        long bytes = 0;
        int moves = 0;
        for (JsonNode move : admin.get("/v1/ops")) {
            if (move.path("parent").asLong() == id) {
                bytes += move.path("bytesDone").asLong();
                moves++;
            }
        }
        return new Outcome(seconds, bytes, moves);
    }

    void takeBack(Disk disk) {
        admin.post("/v1/disks/recommission", disk.target());
    }
}
