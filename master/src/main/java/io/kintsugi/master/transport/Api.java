package io.kintsugi.master.transport;

import io.kintsugi.master.transport.AdminService.Caller;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** How routes take requests apart and answer them: JSON and status codes. */
final class Api {
    /** A body with a status of its own. */
    record Reply(int status, Object body) {}

    private Api() {}

    /** @param action answers with a body, now or later */
    static Handler<RoutingContext> answer(int status, Requests.Action action) {
        return c -> Requests.run(c, action, (body, failure) -> finish(c, status, body, failure));
    }

    private static void finish(RoutingContext c, int status, Object body, Throwable failure) {
        if (failure == null && body instanceof Reply reply) {
            Answers.json(c, reply.status(), reply.body());
        } else if (failure == null) {
            Answers.json(c, status, body);
        } else if (failure instanceof ApiException e) {
            Answers.error(c, e.status(), e.reason(), e.getMessage(), e.details());
        } else {
            Answers.error(c, 500, "INTERNAL", Requests.internal(c, failure), Map.of());
        }
    }

    static CompletableFuture<?> now(Object value) {
        return CompletableFuture.completedFuture(value);
    }

    static Caller caller(RoutingContext c) {
        return Requests.caller(c, "api");
    }

    /** @param fields all that there may be; none: whatever there is */
    static JsonObject body(RoutingContext c, String... fields) {
        JsonObject body;
        try {
            body = c.body() == null || c.body().length() <= 0
                    ? new JsonObject()
                    : c.body().asJsonObject();
        } catch (DecodeException | ClassCastException e) {
            throw ApiException.badRequest("BAD_JSON", "the body is no JSON object: " + e.getMessage());
        }
        Set<String> unknown = new TreeSet<>(body.fieldNames());
        unknown.removeAll(Set.of(fields));
        if (fields.length > 0 && !unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "BAD_FIELD", "unknown " + unknown + ": known are " + String.join(", ", fields));
        }
        return body;
    }

    static String text(JsonObject body, String name) {
        if (body.getValue(name) instanceof String s && !s.isEmpty()) {
            return s;
        }
        throw ApiException.badRequest("MISSING_VALUE", "'" + name + "' is missing: give it as text");
    }

    static String query(RoutingContext c, String name) {
        String value = c.queryParams().get(name);
        if (value == null || value.isEmpty()) {
            throw ApiException.badRequest("MISSING_VALUE", "'" + name + "' is missing: give it as ?" + name + "=");
        }
        return value;
    }

    static int number(JsonObject body, String name, int otherwise) {
        Object value = body.getValue(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number n && n.doubleValue() == n.intValue()) {
            return n.intValue();
        }
        throw ApiException.badRequest("BAD_NUMBER", "'" + name + "' is '" + value + "': it must be a whole number");
    }

    static boolean flag(JsonObject body, String name) {
        Object value = body.getValue(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw ApiException.badRequest("BAD_FLAG", "'" + name + "' is '" + value + "': it must be true or false");
    }
}
