package io.kintsugi.master.transport;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** The forms of the HTTP API's answers. */
public final class Answers {
    private Answers() {}

    /** A JSON body: a record, a map, a list or a {@link JsonObject}. */
    public static void json(RoutingContext context, int status, Object body) {
        context.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(Json.encode(body));
    }

    /** {@code {reason, message, details}}. */
    public static void error(RoutingContext context, int status, String reason, String message) {
        error(context, status, reason, message, Map.of());
    }

    public static void error(
            RoutingContext context, int status, String reason, String message, Map<String, ?> details) {
        json(context, status, Map.of("reason", reason, "message", message, "details", details));
    }
}
