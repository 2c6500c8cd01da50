package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.ApiException;
import io.kintsugi.master.transport.Requests;
import io.kintsugi.master.view.View;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Binds paths and answers in the original's envelope, {@code {code, msg, data}} with status 200 whatever came of it. GET and POST are the
 * same. Where nobody leads the answer is a bare text with status 400, at which the original's clients ask the next master.
 */
final class Paths {
    /** Answers with data, by a look at a view. */
    interface Read {
        Object of(View view, Params params);
    }

    /** Changes something; answers with data, now or later. The view is of the moment before. */
    interface Verb {
        CompletableFuture<?> of(View view, Params params, Caller caller);
    }

    private final Router router;
    private final Handler<RoutingContext> toLeader;
    private final AdminService service;

    /** @param toLeader passes a request on unless this master leads */
    Paths(Router router, Handler<RoutingContext> toLeader, AdminService service) {
        this.router = router;
        this.toLeader = toLeader;
        this.service = service;
    }

    AdminService service() {
        return service;
    }

    /** A look may take a while: it holds up neither connections nor consensus. */
    void read(String path, Read read) {
        bind(path, true, c -> look(c, read));
    }

    void verb(String path, Verb verb) {
        bind(path, true, c -> verb.of(service.view(), params(c), Requests.caller(c, "cubefs-api")));
    }

    /** A look, and besides something that must be waited for. */
    <T> void readWith(String path, Supplier<CompletableFuture<T>> other, ReadWith<T> read) {
        bind(path, true, c -> other.get().thenCompose(got -> look(c, (view, params) -> read.of(view, params, got))));
    }

    /** A look that has something else to go by. */
    interface ReadWith<T> {
        Object of(View view, Params params, T other);
    }

    /** Answered by every master by itself. */
    void local(String path, Function<RoutingContext, Object> answer) {
        bind(path, false, c -> CompletableFuture.completedFuture(answer.apply(c)));
    }

    private CompletableFuture<Object> look(RoutingContext c, Read read) {
        return Requests.aside(c, () -> read.of(service.view(), params(c)));
    }

    private void bind(String path, boolean leaderOnly, Requests.Action action) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST)) {
            if (leaderOnly) {
                router.route(method, path).handler(toLeader);
            }
            router.route(method, path)
                    .handler(c -> Requests.run(c, action, (data, failure) -> finish(c, data, failure)));
        }
    }

    private static Params params(RoutingContext c) {
        return new Params(c.queryParams());
    }

    private static void finish(RoutingContext c, Object data, Throwable cause) {
        if (cause == null) {
            send(c, Codes.OK, "success", data);
        } else if (cause instanceof CubefsException e) {
            send(c, e.code(), e.getMessage(), null);
        } else if (cause instanceof ApiException e && leaderless(e)) {
            leaderless(c, e.getMessage());
        } else if (cause instanceof ApiException e) {
            send(c, Codes.of(e), e.reason() + ": " + e.getMessage(), null);
        } else {
            send(c, Codes.INTERNAL, "INTERNAL: " + Requests.internal(c, cause), null);
        }
    }

    /** Nothing was done, and another master may do it. */
    private static boolean leaderless(ApiException e) {
        return e.reason().equals("NOT_READY") || e.reason().equals("NOT_LEADER");
    }

    static void leaderless(RoutingContext c, String message) {
        c.response().setStatusCode(400).putHeader("content-type", "text/plain").end("no leader: " + message);
    }

    private static void send(RoutingContext c, int code, String message, Object data) {
        c.response()
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                        .put("code", code)
                        .put("msg", message)
                        .put("data", data)
                        .toBuffer());
    }
}
