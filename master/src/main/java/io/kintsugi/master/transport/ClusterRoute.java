package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.Identity;
import io.kintsugi.master.consensus.MasterAddress;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /v1/cluster}: the leader's answer where there is one, since only it knows which datanodes live; else what this master
 * knows. Always
 * answered, by every master in every state.
 */
public final class ClusterRoute {
    private final Consensus consensus;
    private final MasterCards cards;
    private final LeaderForwarder forwarder;
    private final Supplier<ClusterSummary> summary;

    public ClusterRoute(
            Consensus consensus, MasterCards cards, LeaderForwarder forwarder, Supplier<ClusterSummary> summary) {
        this.consensus = consensus;
        this.cards = cards;
        this.forwarder = forwarder;
        this.summary = summary;
    }

    public void mount(Router router) {
        router.get("/v1/cluster").handler(this::cluster);
    }

    private void cluster(RoutingContext context) {
        ConsensusStatus status = consensus.status();
        Optional<MasterAddress> leader = forwarder.leader(status);
        Future<JsonObject> answer = leader.isPresent() && context.request().getHeader(LeaderForwarder.FORWARDED) == null
                ? forwarder
                        .ask(context, leader.get(), status.name())
                        .map(body -> body.toJsonObject().put("self", status.name()))
                        .recover(unreachable -> local(status))
                : local(status);
        answer.onSuccess(body -> Answers.json(context, 200, body)).onFailure(context::fail);
    }

    private Future<JsonObject> local(ConsensusStatus status) {
        return cards.all(status)
                .map(masters ->
                        body(status, masters.stream().map(ClusterRoute::row).toList()));
    }

    private JsonObject body(ConsensusStatus status, List<JsonObject> rows) {
        ClusterSummary counts = summary.get();
        JsonObject body = new JsonObject()
                .put("state", status.state().text())
                .put("clusterId", status.clusterId())
                .put("generation", status.generation())
                .put("groupId", groupId(status))
                .put("term", status.term())
                .put("leader", status.leader())
                .put("self", status.name())
                .put("masters", new JsonArray(rows))
                .put("datanodes", counts.datanodes())
                .put("datanodesAlive", counts.datanodesAlive())
                .put("tables", counts.tables())
                .put("partitions", counts.partitions())
                .put("partitionsWithoutPrimary", counts.partitionsWithoutPrimary())
                .put("partitionsUnderReplicated", counts.partitionsUnderReplicated())
                .put("opsRunning", counts.opsRunning())
                .put("digestOk", rows.stream().allMatch(row -> row.getBoolean("digestOk")));
        return status.failure().isEmpty() ? body : body.put("failure", status.failure());
    }

    /** The Raft group's id, which tells two lineages of one cluster apart; "" without a store. */
    private static String groupId(ConsensusStatus status) {
        return status.clusterId().isEmpty()
                ? ""
                : new Identity(status.clusterId(), status.generation(), "")
                        .groupId()
                        .toString();
    }

    private static JsonObject row(MasterCards.Card card) {
        MasterAddress master = card.address();
        return new JsonObject()
                .put("name", master.name())
                .put("http", master.host() + ":" + master.http())
                .put("grpc", master.host() + ":" + master.grpc())
                .put("raft", master.host() + ":" + master.raft())
                .put("role", card.role())
                .put("appliedIndex", card.appliedIndex())
                .put("digestOk", card.digestOk())
                .put("alive", card.alive())
                .put("dataDir", card.dataDir())
                .put("recoverFromReplicaServer", card.recoveryFlag());
    }
}
