package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.seed.NodeList;
import io.kintsugi.cli.seed.RecoverText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code meta recover}. The master does it by itself: this tool begins it, or joins the one that runs, and looks on. Killed and run again, it comes
 * to the same end.
 */
final class MetadataRecovery {
    private static final String PATH = "/v1/meta/recover";
    private static final long POLL_MILLIS = 200;
    private static final long TOLD_MILLIS = 1_000;

    /** What is asked for. @param output a file for what would be printed, or null */
    record Wish(
            NodeList nodes,
            int waitSeconds,
            boolean skipBadNodes,
            boolean skipLostPartitions,
            boolean keepDropped,
            boolean dryRun,
            boolean json,
            @Nullable Path output) {}

    private final Api api;
    private final Session session;

    MetadataRecovery(Api api, Session session) {
        this.api = api;
        this.session = session;
    }

    int run(Wish wish) {
        wish.nodes().notes().forEach(session.err()::println);
        var text = new StringBuilder(RecoverText.header(
                wish.waitSeconds(),
                wish.skipBadNodes(),
                wish.skipLostPartitions(),
                wish.nodes().nodes()));
        JsonNode end = outcome(wish);
        String result = end.path("result").asText();
        text.append(RecoverText.result(result, hints(end)));
        String summary = end.has("plan") ? summary(end) : "";
        if (wish.dryRun()) {
            text.append(summary);
        } else {
            session.err().print(summary); // the reply itself is word for word the seed's
        }
        print(wish, end, text.toString(), result);
        return switch (result) {
            case "ERR_OK" -> ExitCode.OK;
            case "ERR_SERVICE_ALREADY_RUNNING", "RECOVERY_RUNNING" -> ExitCode.REFUSED;
            case "ERR_INVALID_PARAMETERS" -> ExitCode.USAGE;
            default -> ExitCode.FAILED;
        };
    }

    /** The recovery's last status, or one that says why there is none. */
    private JsonNode outcome(Wish wish) {
        try {
            return watched(wish, api.post(PATH, body(wish)));
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE) {
                throw e;
            }
            return Json.object().put("result", e.reason()).put("message", e.getMessage());
        }
    }

    private JsonNode watched(Wish wish, JsonNode begun) {
        JsonNode status = begun;
        long told = 0;
        for (long waited = 0; status.path("endedAt").isNull(); waited += POLL_MILLIS) {
            if (waited >= wish.waitSeconds() * 1000L) {
                return Json.object()
                        .put("result", "ERR_TIMEOUT")
                        .put("message", "Wait recovery failed, administrator should check the meta for progress");
            }
            session.pause().millis(POLL_MILLIS);
            status = api.get(PATH);
            if (waited - told >= TOLD_MILLIS && status.path("endedAt").isNull()) {
                told = waited;
                session.err().println("Wait recovery for " + waited / 1000 + " seconds: " + progress(status));
            }
        }
        return status;
    }

    /** While datanodes are asked: how many have answered. */
    private static String progress(JsonNode status) {
        String phase = status.path("phase").asText();
        return phase.toLowerCase(Locale.ROOT).replace('_', ' ')
                + (phase.equals("COMMITTING")
                        ? ""
                        : ", " + status.path("answered").asInt() + " of "
                                + status.path("nodes").asInt() + " nodes, "
                                + status.path("replicas").asLong() + " replicas");
    }

    private static ObjectNode body(Wish wish) {
        ObjectNode body = Json.object();
        ArrayNode nodes = body.putArray("nodes");
        wish.nodes().nodes().forEach(nodes::add);
        return body.put("skipBadNodes", wish.skipBadNodes())
                .put("skipLostPartitions", wish.skipLostPartitions())
                .put("keepDropped", wish.keepDropped())
                .put("dryRun", wish.dryRun());
    }

    /** Errors and warnings, as the seed has them; then what isn't about a plan. */
    private static List<String> hints(JsonNode end) {
        List<String> lines = new ArrayList<>();
        end.path("plan").path("hints").forEach(h -> {
            if (!h.path("level").asText().equals("NOTE")) {
                lines.add(h.path("level").asText() + ": " + h.path("message").asText());
            }
        });
        String message = end.path("message").asText("");
        if (!message.isEmpty()) {
            lines.add("ERROR: " + message);
        }
        return lines;
    }

    private static String summary(JsonNode end) {
        JsonNode plan = end.path("plan");
        if (plan.path("clusterId").asText().isEmpty()) {
            return "";
        }
        boolean made = end.path("result").asText().equals("ERR_OK")
                && !end.path("dryRun").asBoolean();
        var text = new StringBuilder(made ? "Recovered" : "Nothing was changed; found")
                .append(": cluster ")
                .append(plan.path("clusterId").asText())
                .append(made ? ", generation " : ", to become generation ")
                .append(plan.path("generation").asLong())
                .append("; ")
                .append(plan.path("datanodes").asInt())
                .append(" datanodes, ")
                .append(plan.path("disks").asInt())
                .append(" disks, ")
                .append(plan.path("tables").size())
                .append(" tables, ")
                .append(plan.path("partitions").asInt())
                .append(" partitions, ")
                .append(plan.path("replicas").asInt())
                .append(" replicas; ")
                .append(plan.path("quarantinedCount").asInt())
                .append(" replicas are kept aside\n");
        plan.path("quarantined").forEach(q -> text.append("NOTE: replica ")
                .append(q.path("replica").asLong())
                .append(" of partition ")
                .append(q.path("partition").asInt())
                .append(" on datanode ")
                .append(q.path("node").asInt())
                .append(" is kept aside: ")
                .append(q.path("why").asText())
                .append('\n'));
        plan.path("hints").forEach(h -> {
            if (h.path("level").asText().equals("NOTE")) {
                text.append("NOTE: ").append(h.path("message").asText()).append('\n');
            }
        });
        return text.toString();
    }

    private void print(Wish wish, JsonNode end, String text, String result) {
        String all = wish.json() ? Json.pretty(end) + "\n" : text;
        if (wish.output() == null) {
            session.out().print(all);
        } else {
            try {
                Files.writeString(wish.output(), all);
            } catch (IOException e) {
                session.out().print(all); // it mustn't be lost for that
                throw new CliException(
                        ExitCode.FAILED,
                        "OUTPUT_FAILED",
                        "can't write " + wish.output() + ": " + e.getMessage(),
                        "The result stands above.");
            }
            session.out().println("recover complete with err = " + result);
        }
        session.out().flush();
    }
}
