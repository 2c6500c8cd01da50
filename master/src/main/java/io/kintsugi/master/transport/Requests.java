package io.kintsugi.master.transport;

import io.kintsugi.master.transport.AdminService.Caller;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all APIs do with a request, whatever their answers look like. */
public final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** Answers with something, now or later. */
    public interface Action {
        CompletableFuture<?> run(RoutingContext context);
    }

    private Requests() {}

    /**
     * Runs what was asked for, and the end of it where the connection lives, unless that is gone by then.
     *
     * @param end gets the outcome, or else the cause of the failure
     */
    public static void run(RoutingContext c, Action action, BiConsumer<Object, Throwable> end) {
        Context thread = c.vertx().getOrCreateContext();
        CompletableFuture<?> result;
        try {
            result = action.run(c);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete((outcome, failure) -> thread.runOnContext(v -> {
            if (!c.response().ended() && !c.response().closed()) {
                end.accept(outcome, cause(failure));
            }
        }));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** For what takes longer than a look: it must hold up neither the connections nor the consensus. */
    public static <T> CompletableFuture<T> aside(RoutingContext c, Callable<T> work) {
        return c.vertx().executeBlocking(work, false).toCompletionStage().toCompletableFuture();
    }

    /** @param unnamed who asks when the request doesn't say */
    public static Caller caller(RoutingContext c, String unnamed) {
        String id = c.request().getHeader("X-Request-Id");
        String user = c.request().getHeader("X-Kintsugi-User");
        return new Caller(id == null ? "" : id, user == null ? unnamed : user);
    }

    /** Logs a failure that nobody foresaw, and says it to the caller. */
    public static String internal(RoutingContext c, Throwable cause) {
        LOG.error("{} {} failed", c.request().method(), c.request().path(), cause);
        return "an error of the master's own: " + cause;
    }
}
