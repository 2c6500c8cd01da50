package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.view.View;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /v1/health}: the leader's answer where there is one. Always answered: that nobody leads is worth knowing too. */
public final class HealthRoute {
    private final Consensus consensus;
    private final MastersAway away;
    private final LeaderForwarder forwarder;
    private final Supplier<View> view;

    /** @param view throws {@link ApiException} where this master doesn't lead */
    public HealthRoute(Consensus consensus, MastersAway away, LeaderForwarder forwarder, Supplier<View> view) {
        this.consensus = consensus;
        this.away = away;
        this.forwarder = forwarder;
        this.view = view;
    }

    public void mount(Router router) {
        router.get("/v1/health").handler(this::health);
    }

    private void health(RoutingContext context) {
        ConsensusStatus status = consensus.status();
        Optional<MasterAddress> leader = forwarder.leader(status);
        if (leader.isPresent() && context.request().getHeader(LeaderForwarder.FORWARDED) == null) {
            forwarder
                    .ask(context, leader.get(), status.name())
                    .onSuccess(body -> Answers.json(context, 200, body.toJsonObject()))
                    .onFailure(e -> Answers.json(
                            context,
                            200,
                            Health.leaderless(
                                    "the leader, " + leader.get().name() + ", doesn't answer: " + e.getMessage())));
            return;
        }
        away.of(status.name())
                .compose(silent -> context.vertx().executeBlocking(() -> of(status, silent), false))
                .onSuccess(health -> Answers.json(context, 200, health))
                .onFailure(context::fail);
    }

    private Health of(ConsensusStatus status, List<String> away) {
        try {
            return Health.of(view.get(), away);
        } catch (ApiException notLeading) {
            return Health.leaderless(
                    status.name() + " is " + status.state().text() + " and knows no leader that is ready"
                            + (away.isEmpty() ? "" : "; these masters don't answer: " + away));
        }
    }
}
