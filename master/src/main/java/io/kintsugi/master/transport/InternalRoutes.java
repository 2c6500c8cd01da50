package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.ConsensusConfig;
import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.consensus.MasterGroup;
import io.kintsugi.master.consensus.MasterPeers;
import io.kintsugi.master.consensus.Peer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.Callable;

/** What masters ask of each other, and {@code POST /v1/meta/init}. Nothing here is forwarded: it is about this master. */
public final class InternalRoutes {
    static final String INFO = "/v1/internal/info";
    static final String FOUND = "/v1/internal/found";
    static final String SEED = "/v1/internal/seed";
    static final String JOIN = "/v1/internal/join";

    private final MasterGroup group;

    private InternalRoutes(MasterGroup group) {
        this.group = group;
    }

    public static void mount(Router router, MasterGroup group, ConsensusConfig config) {
        InternalRoutes routes = new InternalRoutes(group);
        Map<String, Object> configured =
                Map.of("dataDir", config.directory().toString(), "recoverFromReplicaServer", config.recover());
        router.get(INFO).handler(context -> Answers.json(context, 200, Json.extended(group.info(), configured)));
        router.post(FOUND)
                .handler(context -> routes.blocking(context, () -> {
                    group.found(Json.decode(context.body().buffer(), MasterPeers.Founding.class));
                    return Map.of();
                }));
        router.post(SEED)
                .handler(context -> routes.blocking(
                        context,
                        () -> group.offerSeed(context.body().asJsonObject().getString("name"))));
        router.get(SEED + "/:seed/:file").handler(routes::file);
        router.post(JOIN)
                .handler(context -> routes.blocking(context, () -> {
                    group.admit(Json.decode(context.body().buffer(), Peer.class));
                    return Map.of();
                }));
        router.post("/v1/meta/init")
                .handler(context -> routes.blocking(context, () -> Map.of("clusterId", group.init())));
    }

    private void file(RoutingContext context) {
        try {
            context.response()
                    .putHeader("content-type", "application/octet-stream")
                    .sendFile(group.seedFile(context.pathParam("seed"), context.pathParam("file"))
                            .toString())
                    .onFailure(context::fail);
        } catch (ConsensusException e) {
            refuse(context, e);
        }
    }

    /** These change the group and wait for it: not on an event loop. */
    private void blocking(RoutingContext context, Callable<Object> work) {
        context.vertx()
                .executeBlocking(work, false)
                .onSuccess(answer -> Answers.json(context, 200, answer))
                .onFailure(failure -> {
                    if (failure instanceof ConsensusException refusal) {
                        refuse(context, refusal);
                    } else {
                        context.fail(failure);
                    }
                });
    }

    private static void refuse(RoutingContext context, ConsensusException refusal) {
        int status =
                switch (refusal.reason()) {
                    case "NO_SUCH_SEED" -> 404;
                    case "STORE_EXISTS", "MEMBER_ALIVE" -> 409;
                    default -> 503;
                };
        Answers.error(context, status, refusal.reason(), refusal.getMessage());
    }
}
