package io.kintsugi.master.transport;

import io.kintsugi.common.net.HostPort;
import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.plan.rebuild.Hint;
import io.kintsugi.master.plan.rebuild.Options;
import io.kintsugi.master.plan.rebuild.RebuildPlan;
import io.kintsugi.master.rebuild.RebuildRequest;
import io.kintsugi.master.rebuild.RebuildStatus;
import io.kintsugi.master.rebuild.Rebuilds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code POST} and {@code GET /v1/meta/recover}: about this master, so never forwarded. */
public final class RebuildRoutes {
    /** More replicas that are kept aside than these are only counted. */
    private static final int LISTED = 1_000;

    private final Rebuilds rebuilds;

    private RebuildRoutes(Rebuilds rebuilds) {
        this.rebuilds = rebuilds;
    }

    public static void mount(Router router, Rebuilds rebuilds) {
        RebuildRoutes routes = new RebuildRoutes(rebuilds);
        router.post("/v1/meta/recover").handler(routes::begin);
        router.get("/v1/meta/recover").handler(routes::status);
    }

    private void begin(RoutingContext context) {
        RebuildRequest request;
        try {
            request = request(context.body().asJsonObject());
        } catch (IllegalArgumentException | ClassCastException | io.vertx.core.json.DecodeException e) {
            Answers.error(context, 400, "ERR_INVALID_PARAMETERS", String.valueOf(e.getMessage()));
            return;
        }
        // it asks the other masters first: not on an event loop
        context.vertx()
                .executeBlocking(() -> rebuilds.begin(request), false)
                .onSuccess(status -> Answers.json(context, 202, json(status)))
                .onFailure(failure -> {
                    if (failure instanceof ConsensusException refusal) {
                        Answers.error(context, 409, refusal.reason(), refusal.getMessage());
                    } else {
                        context.fail(failure);
                    }
                });
    }

    private void status(RoutingContext context) {
        RebuildStatus status = rebuilds.status();
        if (status == null) {
            Answers.error(
                    context, 404, "NO_RECOVERY", "no recovery was asked of this master since it started: ask for one");
        } else {
            Answers.json(context, 200, json(status));
        }
    }

    private static RebuildRequest request(JsonObject body) {
        List<String> nodes = new ArrayList<>();
        for (Object node : body == null ? new JsonArray() : body.getJsonArray("nodes", new JsonArray())) {
            nodes.add(HostPort.parse((String) node).toString());
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("`nodes` names no datanode: give a list of host:port");
        }
        return new RebuildRequest(
                nodes.stream().distinct().sorted().toList(),
                new Options(
                        body.getBoolean("skipBadNodes", false),
                        body.getBoolean("skipLostPartitions", false),
                        body.getBoolean("keepDropped", false)),
                body.getBoolean("dryRun", false));
    }

    private static JsonObject json(RebuildStatus s) {
        JsonObject json = new JsonObject()
                .put("id", s.id())
                .put("dryRun", s.request().dryRun())
                .put("phase", s.phase().name())
                .put("nodes", s.request().nodes().size())
                .put("answered", s.answered())
                .put("replicas", s.replicas())
                .put("startedAt", Instant.ofEpochMilli(s.startedAt()).toString())
                .put("endedAt", s.ended() ? Instant.ofEpochMilli(s.endedAt()).toString() : null)
                .put("result", s.result())
                .put("message", s.message());
        return s.ended() && s.plan() != null ? json.put("plan", plan(s.plan())) : json;
    }

    private static JsonObject plan(RebuildPlan plan) {
        JsonArray hints = new JsonArray();
        for (Hint h : plan.hints()) {
            hints.add(new JsonObject()
                    .put("level", h.level().name())
                    .put("code", h.code())
                    .put("message", h.message()));
        }
        JsonArray tables = new JsonArray();
        plan.tables()
                .forEach(t -> tables.add(new JsonObject()
                        .put("id", t.id())
                        .put("name", t.name())
                        .put("partitions", t.partitions())
                        .put("replicas", t.replicas())
                        .put("state", t.state().name())));
        JsonArray aside = new JsonArray();
        plan.quarantined().stream()
                .limit(LISTED)
                .forEach(q -> aside.add(new JsonObject()
                        .put("replica", q.replica())
                        .put("partition", q.partition())
                        .put("node", q.node())
                        .put("disk", q.disk())
                        .put("why", q.why())));
        return new JsonObject()
                .put("clusterId", plan.clusterId())
                .put("generation", plan.generation())
                .put("datanodes", plan.nodes().size())
                .put("disks", plan.disks().size())
                .put("tables", tables)
                .put("partitions", plan.partitions().size())
                .put(
                        "replicas",
                        plan.partitions().stream()
                                .mapToInt(p -> p.members().size())
                                .sum())
                .put("quarantined", aside)
                .put("quarantinedCount", plan.quarantined().size())
                .put("hints", hints);
    }
}
