package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Human;
import io.kintsugi.cli.output.Json;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Follows an op to its end: one line drawn again on a terminal, else a line for each change. */
final class OpWatch {
    private static final Set<String> ENDED = Set.of("Success", "Failed", "Cancelled");
    private static final long POLL_MILLIS = 250;
    /** How long no master may answer before the watch gives up. The op itself goes on. */
    private static final long PATIENCE_SECONDS = 60;

    private static final int BAR = 20;

    private final Root root;
    private final Session session;
    private String shown = "";

    OpWatch(Root root) {
        this.root = root;
        this.session = root.session();
    }

    static boolean isEnded(JsonNode op) {
        return op.hasNonNull("endedAt") || ENDED.contains(op.path("status").asText());
    }

    /** {@code 45 %}, or {@code -} as long as nothing is known. */
    static String progress(JsonNode op) {
        long total = op.path("bytesTotal").asLong(0);
        return total <= 0 ? "-" : Math.min(100, op.path("bytesDone").asLong(0) * 100 / total) + " %";
    }

    /** @return {@link ExitCode#OK} when the op ended with Success */
    int watch(String id) {
        Api api = root.api();
        long lastAnswer = session.clock().nanos();
        while (true) {
            try {
                JsonNode op = api.get("/v1/ops/" + Noun.encode(id));
                lastAnswer = session.clock().nanos();
                if (isEnded(op)) {
                    return end(op);
                }
                draw(line(op));
            } catch (CliException e) {
                boolean patient = session.clock().nanos() - lastAnswer < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                if (e.exitCode() != ExitCode.UNREACHABLE || !patient) {
                    clear();
                    throw e;
                }
                draw("no master can say: a leader is being elected? trying again");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new CliException(
                        ExitCode.FAILED, "INTERRUPTED", "stopped watching op " + id + "; it goes on", null);
            }
            session.pause().millis(POLL_MILLIS);
        }
    }

    private int end(JsonNode op) {
        clear();
        if (root.format() == Root.Format.json) {
            session.out().println(Json.pretty(op));
        } else {
            session.out().println(line(op));
        }
        session.out().flush();
        return op.path("status").asText().equals("Success") ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String line(JsonNode op) {
        var line = new StringBuilder("op ")
                .append(text(op.path("id")))
                .append("  ")
                .append(text(op.path("kind")))
                .append(' ')
                .append(text(op.path("target")));
        long total = op.path("bytesTotal").asLong(0);
        if (total > 0) {
            long done = Math.min(op.path("bytesDone").asLong(0), total);
            int filled = (int) (done * BAR / total);
            line.append("  [")
                    .append("#".repeat(filled))
                    .append(".".repeat(BAR - filled))
                    .append("] ")
                    .append(progress(op));
            line.append("  ").append(Human.size(done)).append(" of ").append(Human.size(total));
        }
        line.append("  ").append(text(op.path("status")));
        append(line, ", ", op.path("step"));
        append(line, "  ", op.path("reason"));
        append(line, ": ", op.path("message"));
        return line.toString();
    }

    private static void append(StringBuilder line, String before, JsonNode value) {
        if (value.isValueNode() && !value.isNull() && !value.asText().isEmpty()) {
            line.append(before).append(value.asText());
        }
    }

    private void draw(String line) {
        if (line.equals(shown)) {
            return;
        }
        if (session.interactive()) {
            session.err().print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
        } else {
            session.err().println(line);
        }
        session.err().flush();
        shown = line;
    }

    private void clear() {
        if (session.interactive() && !shown.isEmpty()) {
            session.err().print("\r" + " ".repeat(shown.length()) + "\r");
            session.err().flush();
        }
    }
}
