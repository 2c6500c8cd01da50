package io.kintsugi.master.transport;

import io.grpc.BindableService;
import io.kintsugi.common.Clock;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.Leadership;
import io.kintsugi.master.port.Proposer;
import io.vertx.ext.web.Router;
import java.util.List;
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
     * @param failpoint called with a point's name before the step that it stands for ({@code failpoints::hit})
     */
    public record Ports(
            String name, Proposer proposer, Supplier<ClusterView> view, Leadership leadership, Clock clock, Consumer<String> failpoint) {}

    public MasterServices(Ports ports) {}

    @Override
    public void leaderReady(long term, ClusterView view) {}

    @Override
    public void leaderLost() {}

    @Override
    public void published(ClusterView view) {}

    /** Mounts {@code /v1/...} (all but cluster, meta, debug). To be called after the route that forwards to the leader. */
    public void mount(Router router) {}

    /** To be bound to the gRPC listener. */
    public List<BindableService> grpcServices() {
        return List.of();
    }

    /** What the leader counts; on a follower the soft parts are zero. */
    public ClusterSummary summary() {
        return new ClusterSummary(0, 0, 0, 0, 0, 0, 0);
    }

    /** Ends streams and the loop's thread. */
    @Override
    public void close() {}
}
