package io.kintsugi.master.transport;

import io.grpc.BindableService;
import io.kintsugi.common.Clock;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.LoopThread;
import io.kintsugi.master.event.EventReader;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.Leadership;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import io.vertx.ext.web.Router;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Everything of a master that decides and acts, beside consensus, store and boot: the control loop, the admin API and the gRPC services.
 * Boot constructs one, forwards what consensus tells ({@link LeaderListener}), mounts its routes and binds its services.
 */
public final class MasterServices implements LeaderListener, AutoCloseable {
    /**
     * What the services need from the outside.
     *
     * @param view the newest published state of this master
     * @param events this master's event log
     * @param failpoint called with a point's name before the step that it stands for ({@code failpoints::hit})
     */
    public record Ports(
            String name,
            Proposer proposer,
            Supplier<ClusterView> view,
            Leadership leadership,
            EventReader events,
            Clock clock,
            Consumer<String> failpoint) {}

    private final Ports ports;
    private final ControlLoop loop;
    private final AdminService service;

    public MasterServices(Ports ports) {
        this.ports = ports;
        this.loop = new ControlLoop(
                ports.proposer(),
                ports.leadership(),
                ports.clock(),
                ports.failpoint(),
                new LoopThread(ports.name() + "-loop"));
        this.service = new AdminService(ports.proposer(), ports.view(), loop);
    }

    @Override
    public void leaderReady(long term, ClusterView view) {
        loop.leaderReady(term, view);
    }

    @Override
    public void leaderLost() {
        loop.leaderLost();
    }

    @Override
    public void published(ClusterView view) {
        loop.published(view);
    }

    /** Mounts {@code /v1/...} (all but cluster, meta, debug). To be called after the route that forwards to the leader. */
    public void mount(Router router) {
        new AdminRoutes(service).mount(router);
        new EventRoutes(ports.events()).mount(router);
    }

    /** To be bound to the gRPC listener. */
    public List<BindableService> grpcServices() {
        return List.of(
                new MasterGrpc(loop, new RouteService(loop, ports.view(), ports.leadership()::leaderGrpcAddress)));
    }

    /** What other APIs are adapters over. */
    public AdminService service() {
        return service;
    }

    /** As this master sees the cluster while it leads; empty otherwise. */
    public Optional<View> view() {
        return loop.view();
    }

    /** What the leader counts; on a follower, which hears no datanode, none is alive and no partition has a primary. */
    public ClusterSummary summary() {
        ClusterView cluster = ports.view().get();
        if (cluster == null) {
            return new ClusterSummary(0, 0, 0, 0, 0, 0, 0);
        }
        View view = loop.view()
                .map(v -> new View(cluster, v.reports(), v.nowNanos(), v.nowMillis(), v.term()))
                .orElseGet(() -> new View(
                        cluster,
                        new SoftState(),
                        ports.clock().nanos(),
                        ports.clock().millis(),
                        0));
        Collection<Partition> partitions = cluster.partitions().values();
        return new ClusterSummary(
                cluster.nodes().size(),
                (int) cluster.nodes().stream()
                        .filter(n -> view.reports().alive(n.id()))
                        .count(),
                (int) cluster.tables().stream().filter(t -> t.droppedAt() == 0).count(),
                partitions.size(),
                (int) partitions.stream().filter(p -> !view.served(p)).count(),
                (int) partitions.stream().filter(Rows::underReplicated).count(),
                cluster.openOps().size());
    }

    /** Ends streams and the loop's thread. */
    @Override
    public void close() {
        loop.close();
    }
}
