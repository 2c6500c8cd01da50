package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;

import io.kintsugi.master.event.Event;
import io.kintsugi.master.event.EventReader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/events?since=&kind=&limit=}: what happened, oldest first. {@code since} is an event's id, or a time. */
final class EventRoutes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final List<String> KINDS = List.of("op", "disk", "node", "table", "partition", "setting", "cluster");

    /** As it stands in JSON. */
    record EventRow(long id, String at, String kind, String code, String subject, String message, Long op) {
        static EventRow of(Event e) {
            return new EventRow(
                    e.id(),
                    Instant.ofEpochMilli(e.at()).toString(),
                    e.kind(),
                    e.code(),
                    e.subject(),
                    e.message(),
                    e.op() == 0 ? null : e.op());
        }
    }

    private final EventReader events;

    EventRoutes(EventReader events) {
        this.events = events;
    }

    void mount(Router router) {
        router.get("/v1/events").handler(answer(200, this::list));
    }

    private CompletableFuture<?> list(RoutingContext c) {
        EventReader.Query query = query(c);
        return Requests.aside(
                c, () -> events.events(query).stream().map(EventRow::of).toList());
    }

    private static EventReader.Query query(RoutingContext c) {
        String kind = c.request().getParam("kind", "");
        if (!kind.isEmpty() && !KINDS.contains(kind)) {
            throw ApiException.badRequest(
                    "BAD_KIND", "kind is '" + kind + "': it must be one of " + String.join(", ", KINDS));
        }
        String limit = c.request().getParam("limit", Integer.toString(DEFAULT_LIMIT));
        if (!limit.matches("\\d{1,5}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MAX_LIMIT) {
            throw ApiException.badRequest(
                    "BAD_LIMIT", "limit is '" + limit + "': it must be a whole number from 1 to " + MAX_LIMIT);
        }
        String since = c.request().getParam("since", "");
        boolean id = since.matches("\\d{1,18}");
        return new EventReader.Query(
                id ? Long.parseLong(since) : -1,
                id || since.isEmpty() ? 0 : time(since),
                kind,
                Integer.parseInt(limit));
    }

    private static long time(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw ApiException.badRequest(
                    "BAD_TIME",
                    "since is '" + text + "': it must be an event's id, or a time like 2026-01-31T12:00:00Z");
        }
    }
}
