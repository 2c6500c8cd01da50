package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.MasterAddress;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * Passes a request on to the leader, unless this master is it. A request is passed on once: whoever gets one that was, and doesn't
 * lead, says so.
 * Nothing is tried again here: a failed connection to the leader leaves the outcome open, and only the caller knows whether it has a
 * request id.
 */
public final class LeaderForwarder implements Handler<RoutingContext> {
    static final String FORWARDED = "X-Kintsugi-Forwarded-By";
    private static final List<String> PASSED_HEADERS =
            List.of("content-type", "accept", "x-request-id", "x-kintsugi-user");
    private static final long TIMEOUT_MILLIS = 30_000;

    /** How a caller is told that there is no leader to be had. */
    public interface Leaderless {
        void answer(RoutingContext context, String reason, String message);
    }

    private final Consensus consensus;
    private final List<MasterAddress> masters;
    private final HttpClient http;
    private final Leaderless leaderless;

    /** Says it in the form of {@code /v1}. */
    public LeaderForwarder(Consensus consensus, List<MasterAddress> masters, HttpClient http) {
        this(consensus, masters, http, (context, reason, message) -> Answers.error(context, 503, reason, message));
    }

    public LeaderForwarder(Consensus consensus, List<MasterAddress> masters, HttpClient http, Leaderless leaderless) {
        this.consensus = consensus;
        this.masters = masters;
        this.http = http;
        this.leaderless = leaderless;
    }

    @Override
    public void handle(RoutingContext context) {
        ConsensusStatus status = consensus.status();
        if (status.leading()) {
            context.next();
            return;
        }
        if (status.state() == ConsensusStatus.State.UNDER_RECOVERY) {
            leaderless.answer(
                    context,
                    "ERR_UNDER_RECOVERY",
                    "ERR_UNDER_RECOVERY: " + status.name() + " has no metadata and waits for it to be recovered:"
                            + " `kintsugi meta recover`");
            return;
        }
        Optional<MasterAddress> leader = leader(status);
        if (leader.isEmpty() || context.request().getHeader(FORWARDED) != null) {
            leaderless.answer(
                    context,
                    "NO_LEADER",
                    status.name() + " is " + status.state().text()
                            + " and knows no leader: try again shortly, or look at /v1/cluster");
            return;
        }
        pass(context, leader.get(), status.name())
                .onFailure(
                        failure -> leaderless.answer(
                                context,
                                "LEADER_UNREACHABLE",
                                "the leader, " + leader.get().name() + ", did not answer (" + failure.getMessage()
                                        + "): what was asked may or may not have been done; ask again with the same X-Request-Id"));
    }

    /** The leader that this master knows, if it isn't itself. */
    Optional<MasterAddress> leader(ConsensusStatus status) {
        return masters.stream()
                .filter(m -> m.name().equals(status.leader()) && !m.name().equals(status.name()))
                .findFirst();
    }

    /** The leader's answer to the same request. */
    Future<Buffer> ask(RoutingContext context, MasterAddress leader, String self) {
        return send(context, leader, self)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture("status " + response.statusCode()));
    }

    private Future<Void> pass(RoutingContext context, MasterAddress leader, String self) {
        return send(context, leader, self).compose(response -> response.body().compose(body -> {
            context.response().setStatusCode(response.statusCode());
            String type = response.getHeader("content-type");
            if (type != null) {
                context.response().putHeader("content-type", type);
            }
            return context.response().end(body);
        }));
    }

    private Future<HttpClientResponse> send(RoutingContext context, MasterAddress leader, String self) {
        RequestOptions options = new RequestOptions()
                .setMethod(context.request().method())
                .setHost(leader.host())
                .setPort(leader.http())
                .setURI(context.request().uri())
                .setTimeout(TIMEOUT_MILLIS);
        Buffer body = context.body() == null || context.body().buffer() == null
                ? Buffer.buffer()
                : context.body().buffer();
        return http.request(options).compose(request -> {
            for (String header : PASSED_HEADERS) {
                String value = context.request().getHeader(header);
                if (value != null) {
                    request.putHeader(header, value);
                }
            }
            return request.putHeader(FORWARDED, self).send(body);
        });
    }
}
