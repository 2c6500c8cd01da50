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
import java.util.function.Predicate;
import java.util.function.Supplier;

/** {@code GET /v1/health}: the leader's answer where there is one. Always answered: that nobody leads is worth knowing too. */
public final class HealthRoute {
    private final Consensus consensus;
    private final MasterCards cards;
    private final LeaderForwarder forwarder;
    private final Supplier<View> view;

    /** @param view throws {@link ApiException} where this master doesn't lead */
    public HealthRoute(Consensus consensus, MasterCards cards, LeaderForwarder forwarder, Supplier<View> view) {
        this.consensus = consensus;
        this.cards = cards;
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
        cards.all(status)
                .compose(masters -> context.vertx().executeBlocking(() -> of(status, masters), false))
                .onSuccess(health -> Answers.json(context, 200, health))
                .onFailure(context::fail);
    }

    private Health of(ConsensusStatus status, List<MasterCards.Card> masters) {
        List<String> away = names(masters, master -> !master.alive());
        try {
            View now = view.get();
            return AfterRecovery.added(Health.of(now, away), now, names(masters, MasterCards.Card::recoveryFlag));
        } catch (ApiException notLeading) {
            return Health.leaderless(
                    status.name() + " is " + status.state().text() + " and knows no leader that is ready"
                            + (away.isEmpty() ? "" : "; these masters don't answer: " + away));
        }
    }

    private static List<String> names(List<MasterCards.Card> masters, Predicate<MasterCards.Card> which) {
        return masters.stream().filter(which).map(MasterCards.Card::name).toList();
    }
}
