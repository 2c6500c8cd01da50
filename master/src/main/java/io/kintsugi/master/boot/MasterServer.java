package io.kintsugi.master.boot;

import com.codahale.metrics.MetricRegistry;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.FailpointRoutes;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.metrics.MetricsRoute;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HttpNet;
import io.kintsugi.common.process.DataDir;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.MasterGroup;
import io.kintsugi.master.event.Event;
import io.kintsugi.master.event.EventReader;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.port.Leadership;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.rebuild.NewGroup;
import io.kintsugi.master.rebuild.Rebuilds;
import io.kintsugi.master.state.InitialState;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.transport.Answers;
import io.kintsugi.master.transport.ClusterRoute;
import io.kintsugi.master.transport.ExportRoutes;
import io.kintsugi.master.transport.GrpcInventories;
import io.kintsugi.master.transport.HealthRoute;
import io.kintsugi.master.transport.InternalClient;
import io.kintsugi.master.transport.InternalRoutes;
import io.kintsugi.master.transport.LeaderForwarder;
import io.kintsugi.master.transport.MasterCards;
import io.kintsugi.master.transport.MasterServices;
import io.kintsugi.master.transport.MastersAway;
import io.kintsugi.master.transport.RebuildRoutes;
import io.kintsugi.master.transport.cubefs.CubefsApi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.rocksdb.NativeLibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running master. Several may live in one JVM. What it needs is taken in this order, and given back in the other: data directory,
 * HTTP, services,
 * group, gRPC.
 */
public final class MasterServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterServer.class);
    private static final long MAX_BODY_BYTES = 4L << 20;
    private static final long STOP_SECONDS = 10;

    private final MasterConfig config;
    private final DataDir dataDir;
    private final Vertx vertx;
    private MasterServices services;
    private MasterGroup group;
    private Rebuilds rebuilds;
    private Server grpc;

    private MasterServer(MasterConfig config) throws IOException {
        this.config = config;
        this.dataDir = DataDir.claim(config.consensus().directory());
        NativeLibraryLoader.getInstance().loadLibrary(dataDir.temporary().toString());
        this.vertx = HttpNet.vertx(dataDir.temporary());
    }

    /** Starts with failpoints off; what is fatal is logged. */
    public static MasterServer start(MasterConfig config) throws IOException {
        return start(config, Clock.system(), Failpoints.none(), (reason, message, cause) -> {});
    }

    /**
     * Starts: when this returns HTTP and gRPC listen; the group may not have a leader yet.
     *
     * @param fatal what to do when this master can't go on; a process ends
     * @throws IOException also for a data directory or a port that is in use
     */
    public static MasterServer start(
            MasterConfig config, Clock clock, Failpoints failpoints, MasterGroup.FatalHandler fatal)
            throws IOException {
        MasterServer server = new MasterServer(config);
        try {
            server.run(clock, failpoints, fatal);
            return server;
        } catch (IOException | RuntimeException e) {
            server.stop(false);
            throw e;
        }
    }

    private void run(Clock clock, Failpoints failpoints, MasterGroup.FatalHandler fatal) throws IOException {
        MetricRegistry metrics = new MetricRegistry();
        HttpClientAgent http = HttpNet.client(vertx);
        InternalClient peers = new InternalClient(vertx, http);
        Late late = new Late();
        services = new MasterServices(
                new MasterServices.Ports(config.name(), late, late::view, late, late::events, clock, failpoints::hit));
        group = MasterGroup.start(
                config.consensus(),
                new MasterGroup.Ports(
                        peers, MasterCore::new, services, fatal, clock, new SecureRandom(), metrics, failpoints::hit));
        late.group = group;
        rebuilds = new Rebuilds(new GrpcInventories(), newGroup(), clock, new SecureRandom(), failpoints::hit);
        Metrics.register(metrics, group);
        ClusterMetrics.register(metrics, services::view);
        listen(router(failpoints, metrics, http, peers));
        NettyServerBuilder builder = GrpcNet.server(config.grpc());
        services.grpcServices().forEach(builder::addService);
        grpc = builder.build().start();
        LOG.info(
                "master {} listens: HTTP {}, gRPC {}, Raft {}:{}",
                config.name(),
                config.http(),
                config.grpc(),
                config.consensus().bindHost(),
                config.consensus().self().raft());
    }

    /** Own routes first, then the forwarder, and behind it what only the leader answers. */
    private Router router(Failpoints failpoints, MetricRegistry metrics, HttpClientAgent http, InternalClient peers) {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        MetricsRoute.mount(router, metrics);
        FailpointRoutes.mount(router, failpoints);
        InternalRoutes.mount(router, group, config.consensus());
        RebuildRoutes.mount(router, rebuilds);
        LeaderForwarder forwarder =
                new LeaderForwarder(group, config.consensus().masters(), http);
        ExportRoutes.mount(router, group, forwarder, dataDir.temporary());
        MasterCards cards = new MasterCards(config.consensus(), peers);
        new ClusterRoute(group, cards, forwarder, services::summary).mount(router);
        new HealthRoute(group, cards, forwarder, () -> services.service().view()).mount(router);
        router.route("/v1/*").handler(forwarder);
        services.mount(router);
        MastersAway away = new MastersAway(config.consensus().masters(), peers);
        new CubefsApi(group, config.consensus().masters(), away, http, services.service()).mount(router);
        router.route().failureHandler(MasterServer::failed);
        router.errorHandler(
                404,
                context -> Answers.error(
                        context,
                        404,
                        "NO_SUCH_PATH",
                        "nothing answers " + context.request().method() + " "
                                + context.request().path() + ": see docs/reference"));
        return router;
    }

    private NewGroup newGroup() {
        return new NewGroup() {
            @Override
            public void claim() {
                group.claim();
            }

            @Override
            public void release() {
                group.release();
            }

            @Override
            public void begin(InitialState state) {
                group.begin(state.cluster().id(), state.cluster().generation(), state.rows());
            }
        };
    }

    private static void failed(RoutingContext context) {
        if (context.failure() == null) {
            Answers.error(context, context.statusCode(), "REFUSED", "status " + context.statusCode());
            return;
        }
        LOG.error("{} {} failed", context.request().method(), context.request().path(), context.failure());
        Answers.error(context, 500, "INTERNAL", "an error of the master's own: " + context.failure());
    }

    private void listen(Router router) throws IOException {
        try {
            HttpNet.server(vertx, config.http()).requestHandler(router).listen().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | RuntimeException e) {
            throw new IOException("can't listen on " + config.http() + " (http.port): " + e.getMessage(), e);
        }
    }

    public Consensus consensus() {
        return group;
    }

    public MasterConfig config() {
        return config;
    }

    /** Ends in good order: what was committed is applied and flushed. */
    @Override
    public void close() throws IOException {
        stop(true);
    }

    /** Ends as a crash would, as far as that is possible inside a JVM: nothing is flushed or handed over. */
    public void kill() throws IOException {
        stop(false);
    }

    private void stop(boolean orderly) throws IOException {
        try (dataDir;
                Closing http = this::stopHttp;
                MasterServices running = services;
                Rebuilds recoveries = rebuilds;
                Closing rpc = this::stopGrpc) {
            if (group != null && orderly) {
                group.close();
            } else if (group != null) {
                group.kill();
            }
        }
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private void stopGrpc() throws IOException {
        try {
            if (grpc != null && !grpc.shutdownNow().awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("gRPC did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping", e);
        }
    }

    private void stopHttp() throws IOException {
        try {
            vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("HTTP did not stop within " + STOP_SECONDS + " s", e);
        }
    }

    /** Services are made before the group that they propose to: this stands between. */
    private static final class Late implements Proposer, Leadership {
        private volatile MasterGroup group;

        @Override
        public CompletableFuture<Outcome> propose(String requestId, long term, String requestedBy, Command command) {
            return group.proposer().propose(requestId, term, requestedBy, command);
        }

        ClusterView view() {
            return group.state();
        }

        List<Event> events(EventReader.Query query) {
            return group.events(query);
        }

        @Override
        public String leaderGrpcAddress() {
            MasterGroup current = group;
            return current == null ? "" : current.leaderGrpcAddress();
        }
    }
}
