package io.kintsugi.master.transport;

import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.Protos;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.proto.GetRouteResponse;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells clients where a table's partitions are. Only a leader does: what another has applied may be old. */
public final class RouteService {
    private final ControlLoop loop;
    private final Supplier<? extends ClusterView> newest;
    private final Supplier<String> leader;

    /** @param leader gRPC address of who leads; "" when nobody is known to */
    public RouteService(ControlLoop loop, Supplier<? extends ClusterView> newest, Supplier<String> leader) {
        this.loop = loop;
        this.newest = newest;
        this.leader = leader;
    }

    /** Its reason says why there is none: {@code NOT_LEADER} with a hint, or {@code NO_SUCH_TABLE}. */
    public GetRouteResponse route(String name) {
        if (loop.view().isEmpty()) {
            return GetRouteResponse.newBuilder()
                    .setReason("NOT_LEADER")
                    .setLeaderHint(leader.get())
                    .build();
        }
        ClusterView cluster = newest.get();
        Optional<Table> table = cluster.tableByName(name);
        if (table.isEmpty()) {
            return GetRouteResponse.newBuilder().setReason("NO_SUCH_TABLE").build();
        }
        GetRouteResponse.Builder route = GetRouteResponse.newBuilder().setTable(Protos.table(table.get()));
        cluster.partitionsOfTable(table.get().id()).stream()
                .sorted(Comparator.comparingInt(Partition::index))
                .forEach(p -> route.addPartitions(Protos.route(cluster, p)));
        return route.build();
    }
}
