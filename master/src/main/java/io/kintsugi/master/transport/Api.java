package io.kintsugi.master.transport;

import io.kintsugi.master.transport.AdminService.Caller;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How routes take requests apart and answer them: JSON and status codes. */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    /** Answers with a body, now or later. */
    interface Action {
        CompletableFuture<?> run(RoutingContext context);
    }

    /** A body with a status of its own. */
    record Reply(int status, Object body) {}

    private Api() {}

    static Handler<RoutingContext> answer(int status, Action action) {
        return c -> {
            Context thread = c.vertx().getOrCreateContext();
            CompletableFuture<?> result;
            try {
                result = action.run(c);
            } catch (RuntimeException e) {
                result = CompletableFuture.failedFuture(e);
            }
            result.whenComplete((body, failure) -> thread.runOnContext(v -> finish(c, status, body, failure)));
        };
    }

    private static void finish(RoutingContext c, int status, Object body, Throwable failure) {
        if (c.response().ended() || c.response().closed()) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null && body instanceof Reply reply) {
            Answers.json(c, reply.status(), reply.body());
        } else if (cause == null) {
            Answers.json(c, status, body);
        } else if (cause instanceof ApiException e) {
            Answers.error(c, e.status(), e.reason(), e.getMessage(), e.details());
        } else {
            LOG.error("{} {} failed", c.request().method(), c.request().path(), cause);
            Answers.error(c, 500, "INTERNAL", "an error of the master's own: " + cause, Map.of());
        }
    }

    static CompletableFuture<?> now(Object value) {
        return CompletableFuture.completedFuture(value);
    }

    /** For what takes longer than a look: it must hold up neither the connections nor the consensus. */
    static <T> CompletableFuture<T> aside(RoutingContext c, Callable<T> work) {
        return c.vertx().executeBlocking(work, false).toCompletionStage().toCompletableFuture();
    }

    static Caller caller(RoutingContext c) {
        String id = c.request().getHeader("X-Request-Id");
        String user = c.request().getHeader("X-Kintsugi-User");
        return new Caller(id == null ? "" : id, user == null ? "api" : user);
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
