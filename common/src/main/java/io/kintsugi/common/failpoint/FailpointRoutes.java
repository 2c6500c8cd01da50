package io.kintsugi.common.failpoint;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /v1/debug/failpoints} lists them with their hits; {@code PUT /v1/debug/failpoints/NAME?action=pause|exit|off} arms one. */
public final class FailpointRoutes {
    private static final String PATH = "/v1/debug/failpoints";

    private FailpointRoutes() {}

    public static void mount(Router router, Failpoints failpoints) {
        router.get(PATH).handler(context -> list(context, failpoints));
        router.put(PATH + "/:name").handler(context -> arm(context, failpoints));
    }

    private static void list(RoutingContext context, Failpoints failpoints) {
        JsonObject all = new JsonObject();
        failpoints
                .list()
                .forEach((name, status) -> all.put(
                        name,
                        new JsonObject()
                                .put("action", status.action().text())
                                .put("hits", status.hits())
                                .put("paused", status.paused())));
        answer(context, 200, all);
    }

    private static void arm(RoutingContext context, Failpoints failpoints) {
        if (!failpoints.allowed()) {
            answer(context, 403, error("FAILPOINTS_OFF", "failpoints are off: start the process with --failpoints"));
            return;
        }
        String action = context.request().getParam("action", "");
        try {
            failpoints.set(context.pathParam("name"), Failpoints.Action.parse(action));
            answer(context, 200, new JsonObject().put("action", action));
        } catch (IllegalArgumentException e) {
            answer(context, 400, error("BAD_VALUE", e.getMessage()));
        }
    }

    private static JsonObject error(String reason, String message) {
        return new JsonObject().put("reason", reason).put("message", message).put("details", new JsonObject());
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.encode());
    }
}
