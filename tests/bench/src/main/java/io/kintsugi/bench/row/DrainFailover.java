package io.kintsugi.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The leading master is killed with SIGKILL in the middle of a drain: how long until the drain's next move ends, and until the drain does.
 * Both are read off the ops' own times afterwards, so that asking costs the cluster nothing meanwhile; bench and masters share a clock.
 */
public final class DrainFailover implements Bench.Row {
    private static final double TARGET_SECONDS = 1.2;
    private static final int PARTITIONS = 64;
    private static final int REPLICAS = 3;
    private static final int VALUES_EACH = 2;
    private static final int VALUE_BYTES = 1 << 20;
    /** The leader is killed when this part of the disk's replicas has been moved. */
    private static final double MOVED_BEFORE = 0.25;

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    /** Seconds from the kill. */
    private record Sample(double nextMove, double end, int movesLeft) {}

    @Override
    public String name() {
        return "drain-failover";
    }

    @Override
    public String what() {
        return "leading master killed -9 in the middle of a drain, until the drain's next move has ended, and until the drain has";
    }

    @Override
    public List<Figure> run(Bench bench) {
        try (Cluster cluster = Cluster.start(bench, "drain-failover", new Cluster.Size(3, 5, 1))) {
            cluster.createTable("data", PARTITIONS, REPLICAS);
            fill(cluster);
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < bench.size(5, 3); i++) {
                cluster.awaitAllMasters();
                cluster.awaitHealthy();
                cluster.awaitQuiet();
                samples.add(sample(bench, cluster));
            }
            int left = samples.stream().mapToInt(Sample::movesLeft).max().orElseThrow();
            return List.of(
                    figure(
                                    "leading master killed → the drain's next move ends",
                                    samples.stream().map(Sample::nextMove))
                            .want(Figure.Target.atMost(TARGET_SECONDS)),
                    figure(
                                    "leading master killed → the drain ends",
                                    samples.stream().map(Sample::end))
                            .noting("at most " + left + " moves were left"));
        }
    }

    private static Figure figure(String name, Stream<Double> seconds) {
        return Figure.of(name, "s", new Samples(seconds.toList()));
    }

    private static Sample sample(Bench bench, Cluster cluster) {
        Drain drain = new Drain(cluster.admin());
        Drain.Disk disk = drain.disks().stream()
                .max(Comparator.comparingInt(Drain.Disk::replicas))
                .orElseThrow();
        Cluster.Instance victim = cluster.leader();
        Drain.Begun begun = drain.begin(disk);
        Waiting.until("the drain to be in its middle", UNDER_WAY, POLL, () -> {
            long ended = drain.moves(begun).stream()
                    .filter(m -> Drain.endedAt(m).isPresent())
                    .count();
            return ended >= MOVED_BEFORE * disk.replicas();
        });
        Instant killed = Instant.now();
        Cluster.kill(victim).join();
        Instant dead = Instant.now();
        JsonNode ended = drain.await(begun);
        if (!ended.path("status").asText().equals("Success")) {
            throw new IllegalStateException("the drain of " + disk + " ended as " + ended);
        }
        // a dead leader stamps nothing: whatever ended later was ended by another one
        List<Instant> later = drain.moves(begun).stream()
                .map(Drain::endedAt)
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(dead))
                .sorted()
                .toList();
        if (later.isEmpty()) {
            throw new IllegalStateException("the drain of " + disk + " was over before the leader was killed");
        }
        Sample sample = new Sample(
                seconds(killed, later.getFirst()),
                seconds(killed, Drain.endedAt(ended).orElseThrow()),
                later.size());
        bench.say(String.format(
                "%s killed; the next move ended after %.2f s, all %d that were left after %.2f s; %s led then",
                victim.name(),
                sample.nextMove,
                sample.movesLeft,
                sample.end,
                cluster.admin().leader()));
        drain.takeBack(disk);
        cluster.startInstance(victim.name());
        return sample;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }

    private static void fill(Cluster cluster) {
        Random random = new Random(PARTITIONS);
        try (KintsugiClient client = cluster.client()) {
            Table table = client.table("data");
            for (int i = 0; i < PARTITIONS * VALUES_EACH; i++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                table.put(("key-" + i).getBytes(StandardCharsets.UTF_8), value);
            }
        }
    }
}
