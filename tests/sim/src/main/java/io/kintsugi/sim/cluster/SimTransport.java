package io.kintsugi.sim.cluster;

import io.kintsugi.client.ClientOptions;
import io.kintsugi.client.ClientPorts;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Timer;
import io.kintsugi.client.Transport;
import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.master.SimMaster;
import io.kintsugi.sim.world.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The ports of one client's library in the simulated world. */
final class SimTransport implements Transport {
    private final Cluster cluster;
    private final String client;
    /** By partition. */
    private final Map<Integer, SimNode.Answer> last = new HashMap<>();

    SimTransport(Cluster cluster, String client) {
        this.cluster = cluster;
        this.client = client;
    }

    /** The product's client on top of this. @param patience with one operation */
    KintsugiClient connect(Duration patience) {
        Random random = Random.from(cluster.world.random("client " + client));
        List<String> masters = new ArrayList<>();
        cluster.masters.all().forEach(m -> masters.add(m.name() + ":1"));
        Collections.shuffle(masters, random);
        ClientOptions options = new ClientOptions(patience, paced(1_500), paced(20), paced(100));
        return KintsugiClient.connect(
                masters, options, new ClientPorts(this, timer(), cluster.outside.clock(), random::nextLong));
    }

    private Duration paced(long millis) {
        return Duration.ofNanos(cluster.plan.paced(millis));
    }

    private Timer timer() {
        return new Timer() {
            @Override
            public void after(Duration pause, Runnable task) {
                cluster.world.after(pause.toNanos(), "client", client, task);
            }

            @Override
            public void close() {
                // clients end with their world
            }
        };
    }

    /** What the partition's datanode answered last. */
    SimNode.Answer last(int partition) {
        return last.get(partition);
    }

    @Override
    public CompletableFuture<KvResponse> execute(String address, KvRequest request, Duration timeout) {
        SimNode node = cluster.node(address);
        return reached(cluster.network.call(
                        cluster.outside, node.process(), "kv", timeout.toNanos(), () -> node.ask(request)))
                .thenApply(answer -> {
                    last.put(request.getPartition(), answer);
                    return answer.response();
                });
    }

    @Override
    public CompletableFuture<GetRouteResponse> route(String address, GetRouteRequest request, Duration timeout) {
        SimMaster master = cluster.masters.all().stream()
                .filter(m -> address.equals(m.name() + ":1"))
                .findFirst()
                .orElseThrow();
        return reached(cluster.network.call(
                cluster.outside,
                master.process(),
                "route",
                timeout.toNanos(),
                () -> CompletableFuture.completedFuture(master.routes().route(request.getTable()))));
    }

    private static <T> CompletableFuture<T> reached(CompletableFuture<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        call.whenComplete((value, failure) -> {
            if (failure instanceof Network.Refused) {
                answer.completeExceptionally(new NotReached(failure.getMessage(), failure));
            } else if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(value);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        // clients end with their world
    }
}
