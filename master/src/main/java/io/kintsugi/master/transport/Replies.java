package io.kintsugi.master.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.util.Map;

/** The admin API's answers: JSON of records, maps and lists. */
final class Replies {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Replies() {}

    static void json(RoutingContext context, int status, Object body) {
        Buffer text;
        try {
            text = Buffer.buffer(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("can't be written as JSON: " + body.getClass(), e);
        }
        context.response().setStatusCode(status).putHeader("content-type", "application/json").end(text);
    }

    static void error(RoutingContext context, int status, String reason, String message, Map<String, ?> details) {
        json(context, status, Map.of("reason", reason, "message", message, "details", details));
    }
}
