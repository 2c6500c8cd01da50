package io.kintsugi.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.bench.Waiting;
import io.kintsugi.chaos.AdminClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drains a disk and takes it back, over the HTTP API. How long it took is read off the op's own times afterwards (masters and bench share a
 * clock), because each answer on the way costs the cluster that is measured CPU time.
 */
final class Drain {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(100);

    /** A disk as the API shows it. */
    record Disk(String node, String path, int replicas) {
        Map<String, String> target() {
            return Map.of("node", node, "path", path);
        }
    }

    /** How a drain went: seconds from its acknowledgement to Success, and the bytes that its moves copied. */
    record Outcome(double seconds, long bytesCopied, int moves) {}

    /** A drain, and when its acknowledgement was here. */
    record Begun(Disk disk, long op, Instant acknowledged) {}

    private final AdminClient admin;

    Drain(AdminClient admin) {
        this.admin = admin;
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
        Begun begun = begin(disk);
        JsonNode ended = await(begun);
        if (!ended.path("status").asText().equals("Success")) {
            throw new IllegalStateException("the drain of " + disk + " ended as " + ended);
        }
        List<JsonNode> moves = moves(begun);
        return new Outcome(
                Duration.between(begun.acknowledged, endedAt(ended).orElseThrow())
                                .toMillis()
                        / 1e3,
                moves.stream().mapToLong(m -> m.path("bytesDone").asLong()).sum(),
                moves.size());
    }

    Begun begin(Disk disk) {
        JsonNode op = admin.post("/v1/disks/decommission", disk.target());
        return new Begun(disk, op.path("id").asLong(), Instant.now());
    }

    /** The op once it has ended, however. */
    JsonNode await(Begun drain) {
        String path = "/v1/ops/" + drain.op;
        return Waiting.await("the drain of " + drain.disk, LONGEST, POLL, () -> Optional.of(admin.get(path))
                .filter(op -> endedAt(op).isPresent()));
    }

    /** The moves that it has begun so far. */
    List<JsonNode> moves(Begun drain) {
        List<JsonNode> moves = new ArrayList<>();
        for (JsonNode op : admin.get("/v1/ops")) {
            if (op.path("parent").asLong() == drain.op) {
                moves.add(op);
            }
        }
        return moves;
    }

    /** When an op ended, by the leading master's clock. */
    static Optional<Instant> endedAt(JsonNode op) {
        String text = op.path("endedAt").asText("");
        return text.isEmpty() || text.equals("null") ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    void takeBack(Disk disk) {
        admin.post("/v1/disks/recommission", disk.target());
    }
}
