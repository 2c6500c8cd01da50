package io.kintsugi.datanode.boot;

import com.codahale.metrics.MetricRegistry;
import io.grpc.Server;
import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.FailpointRoutes;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.metrics.MetricsRoute;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.common.net.HttpNet;
import io.kintsugi.common.process.DataDir;
import io.kintsugi.datanode.copy.CopyRoutes;
import io.kintsugi.datanode.copy.CopyService;
import io.kintsugi.datanode.copy.Downloader;
import io.kintsugi.datanode.copy.HttpSource;
import io.kintsugi.datanode.drill.DebugRoutes;
import io.kintsugi.datanode.drill.Drills;
import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.HostRuntime;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ThreadRuntime;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.transport.GrpcMasterStreams;
import io.kintsugi.datanode.transport.InventoryServer;
import io.kintsugi.datanode.transport.KvService;
import io.kintsugi.datanode.transport.MasterLink;
import io.kintsugi.datanode.transport.NodeIdentity;
import io.kintsugi.datanode.transport.PeerLinks;
import io.kintsugi.datanode.transport.ReplicationServer;
import io.kintsugi.datanode.transport.StatusRoutes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running datanode. Several may live in one JVM. */
public final class DatanodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatanodeServer.class);

    private final DatanodeConfig config;
    private final DataDir dataDir;
    private final Vertx vertx;
    private final RocksEnvironment rocks;
    private final NodeDirectory directory;
    private final PeerLinks peers;
    private final Downloader downloader;
    private final MasterLink link;
    private final NodeHost node;
    private final CopyService copies;
    private final NodeIdentity identity;
    /** The same, for what may be asked before all is made; the link is there by then too. */
    private volatile NodeIdentity reachable;

    private final Server grpc;
    private final HttpServer http;
    private boolean stopped;

    private DatanodeServer(DatanodeConfig config, DataDir dataDir, Failpoints failpoints) throws IOException {
        this.config = config;
        this.dataDir = dataDir;
        Clock clock = Clock.system();
        HostRuntime runtime = new ThreadRuntime(clock);
        MetricRegistry metrics = new MetricRegistry();
        RocksEnvironment.loadLibrary(dataDir.temporary());
        vertx = HttpNet.vertx(dataDir.temporary());
        rocks = new RocksEnvironment(config.cacheBytes(), config.writeBufferBytes());
        directory = NodeDirectory.open(DiskFiles.local(), config.dataDir(), DatanodeServer::uuid);
        peers = new PeerLinks(clock);
        Router router = Router.router(vertx);
        http = listen(HttpNet.server(vertx, config.http()).requestHandler(router));
        HostPort httpAddress = new HostPort(config.http().host(), http.actualPort());
        Listening listening = new Listening();
        HostContext context = new HostContext(
                clock,
                runtime,
                config.host(),
                config.replica(),
                rocks,
                DiskFiles.local(),
                directory,
                listening::address,
                failpoints::hit,
                metrics);
        downloader = new Downloader(context, HttpSource::new, config.copiesAtOnce());
        // The link tells the master where this node listens, so it is made last; what comes for it before goes through
        // `listening`.
        node = new NodeHost(context, peers, listening, downloader);
        copies = new CopyService(node, context, DatanodeServer::uuid);
        grpc = GrpcNet.server(config.grpc())
                .directExecutor()
                .addService(new KvService(node, clock))
                .addService(new ReplicationServer(node))
                .addService(new InventoryServer(() -> reachable, directory, node, this::fenced))
                .build()
                .start();
        HostPort address = new HostPort(config.grpc().host(), grpc.getPort());
        identity = new NodeIdentity(
                config.name(), address.toString(), httpAddress.toString(), config.zone(), config.nodeset());
        link = new MasterLink(
                identity,
                directory,
                config.masters(),
                new GrpcMasterStreams(),
                runtime,
                clock,
                config.heartbeat(),
                downloader::setBytesPerSecond);
        listening.begin(address.toString(), link);
        peers.onUp(node::peerUp);
        node.start(config.disks(), DatanodeServer::uuid);
        MetricsRoute.mount(router, metrics);
        FailpointRoutes.mount(router, failpoints);
        CopyRoutes.mount(router, copies);
        DebugRoutes.mount(router, node, new Drills(config.drills() || failpoints.allowed(), node));
        StatusRoutes.mount(router, identity, directory, node, link);
        link.start(node);
        reachable = identity;
    }

    private void fenced() {
        if (reachable != null) { // otherwise it attends nobody yet
            link.fenced();
        }
    }

    public static DatanodeServer start(DatanodeConfig config) throws IOException {
        return start(config, Failpoints.none());
    }

    /** Opens what the node has and begins to look for the leading master; returns when the node listens. */
    public static DatanodeServer start(DatanodeConfig config, Failpoints failpoints) throws IOException {
        DataDir dataDir = DataDir.claim(config.dataDir());
        try {
            DatanodeServer server = new DatanodeServer(config, dataDir, failpoints);
            LOG.info(
                    "datanode {} listens on {} (gRPC) and {} (HTTP)",
                    config.name(),
                    server.address(),
                    server.httpAddress());
            return server;
        } catch (IOException | RuntimeException e) {
            dataDir.close();
            throw e;
        }
    }

    private static HttpServer listen(HttpServer server) throws IOException {
        try {
            return server.listen().toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IOException("can't listen for HTTP: " + e.getCause().getMessage(), e);
        }
    }

    private static String uuid() {
        return UUID.randomUUID().toString();
    }

    public String name() {
        return config.name();
    }

    /** host:port of the gRPC listener. */
    public String address() {
        return identity.address();
    }

    /** host:port of the HTTP listener. */
    public String httpAddress() {
        return identity.httpAddress();
    }

    public NodeHost node() {
        return node;
    }

    /** Ends in order: what is applied is flushed. */
    @Override
    public void close() throws IOException {
        stop(true);
    }

    /** Ends as abruptly as one can within a JVM: nothing is flushed, nobody is told. */
    public void kill() throws IOException {
        stop(false);
    }

    private synchronized void stop(boolean orderly) throws IOException {
        if (stopped) {
            return;
        }
        stopped = true;
        link.close();
        grpc.shutdownNow();
        peers.close();
        downloader.close();
        copies.close();
        node.stop(orderly);
        vertx.close().toCompletionStage().toCompletableFuture().join();
        rocks.close();
        dataDir.close();
        LOG.info("datanode {} has stopped", config.name());
    }
}
