package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.ApiException;
import io.kintsugi.master.view.View;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds paths and answers in the original's envelope, {@code {code, msg, data}} with status 200 whatever came of it. GET and POST are the
 * same. Where nobody leads the answer is a bare text with status 400, at which the original's clients ask the next master.
 */
final class Paths {
    private static final Logger LOG = LoggerFactory.getLogger(Paths.class);

    /** Answers with data, by a look at a view. */
    interface Read {
        Object of(View view, Params params);
    }

    /** Changes something; answers with data, now or later. The view is of the moment before. */
    interface Verb {
        CompletableFuture<?> of(View view, Params params, Caller caller);
    }

    private interface Action {
        CompletableFuture<?> run(RoutingContext context);
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
        bind(path, true, c -> verb.of(service.view(), params(c), caller(c)));
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
        return c.vertx()
                .executeBlocking(() -> read.of(service.view(), params(c)), false)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private void bind(String path, boolean leaderOnly, Action action) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST)) {
            if (leaderOnly) {
                router.route(method, path).handler(toLeader);
            }
            router.route(method, path).handler(c -> answer(c, action));
        }
    }

    private static Params params(RoutingContext c) {
        return new Params(c.queryParams());
    }

    private static Caller caller(RoutingContext c) {
        String id = c.request().getHeader("X-Request-Id");
        String user = c.request().getHeader("X-Kintsugi-User");
        return new Caller(id == null ? "" : id, user == null ? "cubefs-api" : user);
    }

    private static void answer(RoutingContext c, Action action) {
        Context thread = c.vertx().getOrCreateContext();
        CompletableFuture<?> result;
        try {
            result = action.run(c);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete((data, failure) -> thread.runOnContext(v -> finish(c, data, failure)));
    }

    private static void finish(RoutingContext c, Object data, Throwable failure) {
        if (c.response().ended() || c.response().closed()) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            send(c, Codes.OK, "success", data);
        } else if (cause instanceof CubefsException e) {
            send(c, e.code(), e.getMessage(), null);
        } else if (cause instanceof ApiException e && leaderless(e)) {
            leaderless(c, e.getMessage());
        } else if (cause instanceof ApiException e) {
            send(c, Codes.of(e), e.reason() + ": " + e.getMessage(), null);
        } else {
            LOG.error("{} {} failed", c.request().method(), c.request().path(), cause);
            send(c, Codes.INTERNAL, "INTERNAL: an error of the master's own: " + cause, null);
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
