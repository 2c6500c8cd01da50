package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.SeedTable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ops in the words of OpenMLDB: types, statuses and tasks as docs/reference/openmldb-compat.md maps them. */
final class SeedOps {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final Map<String, String> STATUS = Map.of(
            "Initial", "kInited",
            "Marked", "kInited",
            "Paused", "kInited",
            "Prepare", "kDoing",
            "Running", "kDoing",
            "Success", "kDone",
            "Failed", "kFailed",
            "Cancelled", "kCanceled");

    private SeedOps() {}

    /** @param table null for all, {@code pid} null for all of it */
    static String table(JsonNode ops, @Nullable String table, @Nullable String pid, ZoneId zone, Instant now) {
        var shown = new SeedTable(
                "op_id", "op_type", "name", "pid", "status", "start_time", "execute_time", "end_time", "cur_task");
        for (JsonNode op : ops) {
            String type = type(op);
            if (type != null && isOf(op, table, pid)) {
                String target = op.path("target").asText();
                int dot = target.lastIndexOf('.');
                String name = target.substring(0, dot);
                String index = target.substring(dot + 1);
                Instant start = Instant.parse(op.path("createdAt").asText());
                JsonNode ended = op.path("endedAt");
                Instant end = ended.isTextual() ? Instant.parse(ended.asText()) : null;
                long seconds = Math.max(
                        0, Duration.between(start, end == null ? now : end).toSeconds());
                shown.row(
                        op.path("id").asText(),
                        type,
                        name,
                        index,
                        STATUS.getOrDefault(op.path("status").asText(), "kInited"),
                        TIME.format(start.atZone(zone)),
                        seconds + "s",
                        end == null ? "-" : TIME.format(end.atZone(zone)),
                        end == null ? task(op) : "-");
            }
        }
        return shown.render();
    }

    /** Whether it is about that partition, or any where none is named. */
    static boolean isOf(JsonNode op, @Nullable String table, @Nullable String pid) {
        String target = op.path("target").asText();
        int dot = target.lastIndexOf('.');
        return dot >= 0
                && (table == null || table.equals(target.substring(0, dot)))
                && (pid == null || pid.equals(target.substring(dot + 1)));
    }

    /** Null for what has no counterpart: drains of disks and datanodes, whose moves are shown. */
    static @Nullable String type(JsonNode op) {
        return switch (op.path("kind").asText()) {
            case "Offline" -> primary(op) ? "kChangeLeaderOP" : "kOfflineReplicaOP";
            case "Rejoin" -> "kReAddReplicaOP";
            case "Repair" -> op.path("source").isTextual() ? "kReAddReplicaOP" : "kAddReplicaOP";
            case "Move" -> "kMigrateOP";
            case "Recovery" -> "kRecoverTableOP";
            default -> null;
        };
    }

    private static boolean primary(JsonNode op) {
        return op.path("step").asText().equals("Primary");
    }

    private static String task(JsonNode op) {
        String reason = op.path("reason").asText();
        return switch (op.path("kind").asText()) {
            case "Rejoin" -> reason.equals("CATCHING_UP") ? "kCheckBinlogSyncProgress" : "kLoadTable";
            case "Recovery" -> op.path("step").asText().equals("Fenced") ? "kSelectLeader" : "kUpdateLeaderInfo";
            default ->
                switch (op.path("step").asText()) {
                    case "Added" -> reason.equals("CATCHING_UP") ? "kCheckBinlogSyncProgress" : "kSendSnapshot";
                    case "Swapped" -> "kDropTable";
                    default -> "kPauseSnapshot";
                };
        };
    }
}
