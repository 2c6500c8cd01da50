package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.output.Human;
import io.kintsugi.cli.output.Json;
import java.util.concurrent.TimeUnit;

/** What happened, as lines: once, or on and on, over leader changes. */
final class EventFeed {
    private static final long POLL_MILLIS = 500;
    /** How long no master may answer before a watch gives up. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Root root;
    private final Session session;
    private final String kind;
    private String since;
    private final int limit;

    EventFeed(Root root, String since, String kind, int limit) {
        this.root = root;
        this.session = root.session();
        this.since = since;
        this.kind = kind;
        this.limit = limit;
    }

    JsonNode next() {
        String query = "?limit=" + limit + (since == null ? "" : "&since=" + Noun.encode(since))
                + (kind == null ? "" : "&kind=" + Noun.encode(kind));
        JsonNode events = root.api().get("/v1/events" + query);
        if (!events.isEmpty()) {
            since = events.get(events.size() - 1).path("id").asText();
        }
        return events;
    }

    /** Until somebody interrupts it. */
    int watch() {
        long lastAnswer = session.clock().nanos();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                JsonNode events = next();
                lastAnswer = session.clock().nanos();
                events.forEach(
                        e -> session.out().println(root.format() == Root.Format.json ? Json.pretty(e) : line(e)));
                session.out().flush();
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE || session.clock().nanos() - lastAnswer >= PATIENCE_NANOS) {
                    throw e;
                }
            }
            session.pause().millis(POLL_MILLIS);
        }
        return ExitCode.OK;
    }

    String lines(JsonNode events) {
        StringBuilder lines = new StringBuilder();
        events.forEach(e -> lines.append(line(e)).append('\n'));
        return lines.toString();
    }

    private String line(JsonNode e) {
        String op = e.path("op").isNumber() ? " (op " + e.path("op").asText() + ")" : "";
        String message = e.path("message").asText();
        return Human.time(e.path("at"), session.zone()) + "  " + e.path("code").asText() + "  "
                + e.path("subject").asText() + (message.isEmpty() ? "" : "  " + message) + op;
    }
}
