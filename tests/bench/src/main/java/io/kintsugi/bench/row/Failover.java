package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.chaos.AdminClient;
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
                cluster.awaitAllMasters();
                cluster.awaitQuiet();
                Cluster.Instance victim = cluster.leader();
                List<String> survivors = cluster.admin().masters().stream()
                        .filter(m -> !m.equals(victim.http()))
                        .toList();
                long begin = System.nanoTime();
                CompletableFuture<ProcessHandle> gone = Cluster.kill(victim);
                firstAcknowledged(survivors, FIRST_VALUE + i);
                seconds.add(Waiting.secondsSince(begin));
                String next = cluster.admin().leader();
                bench.say(String.format(
                        "%s killed; %s leads and has acknowledged a command after %.2f s",
                        victim.name(), next, seconds.getLast()));
                gone.join();
                cluster.startInstance(victim.name());
            }
            return List.of(Figure.of("leading master killed → next command", "s", new Samples(seconds))
                    .want(Figure.Target.atMost(TARGET_SECONDS)));
        }
    }

    /** A caller at each survivor, which tries again and again; the first acknowledgement counts. */
    private static void firstAcknowledged(List<String> survivors, int value) {
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
                                    || AdminClient.once(
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
}
