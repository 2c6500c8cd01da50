package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the control loop itself costs: draining a disk that holds five replicas of next to nothing. */
public final class ControlLoop implements Bench.Row {
    private static final int REPLICAS = 5;
    private static final int PARTITIONS = 17; // with the onebox's own table: five replicas on each of 15 disks
    private static final double TARGET_SECONDS = 1;

    @Override
    public String name() {
        return "control-loop";
    }

    @Override
    public String what() {
        return "drain of a disk with " + REPLICAS + " tiny replicas, from the acknowledgement to Success";
    }

    @Override
    public List<Figure> run(Bench bench) {
        try (Cluster cluster = Cluster.start(bench, "control", new Cluster.Size(3, 5, 3))) {
            cluster.createTable("tiny", PARTITIONS, 3);
            fill(cluster);
            Drain drain = new Drain(cluster.admin());
            List<Double> seconds = new ArrayList<>();
            List<Integer> moves = new ArrayList<>();
            for (int i = 0; i < bench.size(5, 3); i++) {
                cluster.awaitHealthy();
                Drain.Disk disk = drain.disks().stream()
                        .min(Comparator.comparingInt(d -> Math.abs(d.replicas() - REPLICAS)))
                        .orElseThrow();
                Drain.Outcome outcome = drain.run(disk);
                drain.takeBack(disk);
                bench.say(String.format("%s: %d moves in %.3f s", disk, outcome.moves(), outcome.seconds()));
                seconds.add(outcome.seconds());
                moves.add(outcome.moves());
            }
            return List.of(Figure.of("control loop: drain of " + REPLICAS + " tiny replicas", "s", new Samples(seconds))
                    .want(Figure.Target.atMost(TARGET_SECONDS))
                    .noting("moves: " + moves));
        }
    }

    private static void fill(Cluster cluster) {
        try (KintsugiClient client = cluster.client()) {
            Table table = client.table("tiny");
            for (int i = 0; i < PARTITIONS * 4; i++) {
                byte[] key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
                table.put(key, key);
            }
        }
    }
}
