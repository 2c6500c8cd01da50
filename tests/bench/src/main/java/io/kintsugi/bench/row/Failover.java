package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Admin;
import io.kintsugi.bench.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The leading master is killed with SIGKILL: how long until any survivor acknowledges a command. Election time-outs as shipped. */
public final class Failover implements Bench.Row {
    private static final double TARGET_SECONDS = 1.2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ATTEMPT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int FIRST_VALUE = 100;

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String what() {
        return "leading master killed -9, until the next command is acknowledged";
    }

    @Override
    public List<Figure> run(Bench bench) {
        try (Cluster cluster = Cluster.start(bench, "failover", new Cluster.Size(3, 3, 1))) {
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < bench.size(5, 3); i++) {
                awaitAllMasters(cluster);
                cluster.awaitQuiet();
                String leader =
                        cluster.admin().get("/v1/cluster").path("leader").asText();
                Cluster.Instance victim = cluster.instances().stream()
                        .filter(m -> m.name().equals(leader))
                        .findFirst()
                        .orElseThrow();
                List<String> survivors = cluster.admin().masters().stream()
                        .filter(m -> !m.equals(victim.http()))
                        .toList();
                long begin = System.nanoTime();
                ProcessHandle process = ProcessHandle.of(victim.pid()).orElseThrow();
                process.destroyForcibly();
                firstAcknowledged(cluster.admin(), survivors, FIRST_VALUE + i);
                seconds.add(Waiting.secondsSince(begin));
                String next = cluster.admin().get("/v1/cluster").path("leader").asText();
                bench.say(String.format(
                        "%s killed; %s leads and has acknowledged a command after %.2f s",
                        leader, next, seconds.getLast()));
                process.onExit().join();
                cluster.startInstance(leader);
            }
            return List.of(Figure.of("leading master killed → next command", "s", new Samples(seconds))
                    .want(Figure.Target.atMost(TARGET_SECONDS)));
        }
    }

    /** A caller at each survivor, which tries again and again; the first acknowledgement counts. */
    private static void firstAcknowledged(Admin admin, List<String> survivors, int value) {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> first = new CompletableFuture<>();
        for (String master : survivors) {
            Thread.ofVirtual().start(() -> {
                String requestId = UUID.randomUUID().toString();
                try {
                    Waiting.until(
                            "an acknowledged command",
                            PATIENCE,
                            PAUSE,
                            () -> done.get()
                                    || admin.once(
                                                    master,
                                                    "PATCH",
                                                    "/v1/settings",
                                                    Map.of("NodesetCapacity", Integer.toString(value)),
                                                    requestId,
                                                    ATTEMPT)
                                            .isPresent());
                    done.set(true);
                    first.complete(null);
                } catch (RuntimeException e) {
                    first.completeExceptionally(e);
                }
            });
        }
        first.join();
    }

    private static void awaitAllMasters(Cluster cluster) {
        Waiting.until("all masters to be alive and equally far", Duration.ofSeconds(60), Duration.ofMillis(100), () -> {
            var masters = cluster.admin().get("/v1/cluster").path("masters");
            long least = Long.MAX_VALUE;
            long most = 0;
            for (var m : masters) {
                if (!m.path("alive").asBoolean()) {
                    return false;
                }
                least = Math.min(least, m.path("appliedIndex").asLong());
                most = Math.max(most, m.path("appliedIndex").asLong());
            }
            return masters.size() == 3 && most - least < 10;
        });
    }
}
