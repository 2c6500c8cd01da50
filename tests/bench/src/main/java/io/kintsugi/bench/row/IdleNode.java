package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.bench.cluster.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a datanode costs that holds a thousand replicas to which nothing happens. */
public final class IdleNode implements Bench.Row {
    private static final int TABLES = 10;
    private static final double MIB = 1 << 20;
    private static final double PERCENT = 100;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String what() {
        return "CPU and memory of a datanode with 1,000 idle replicas";
    }

    @Override
    public List<Figure> run(Bench bench) {
        try (Cluster cluster = Cluster.start(bench, "idle", new Cluster.Size(1, 3, 1))) {
            double empty = cluster.datanodes().stream()
                    .mapToDouble(d -> Proc.residentBytes(d.pid()))
                    .average()
                    .orElseThrow();
            int each = bench.size(100, 20);
            long begin = System.nanoTime();
            for (int t = 0; t < TABLES; t++) {
                cluster.createTable("idle-" + t, each, 3);
            }
            int replicas = new Drain(cluster.admin())
                    .disks().stream().mapToInt(Drain.Disk::replicas).max().orElseThrow();
            bench.say(
                    String.format("%d replicas on each datanode after %.0f s", replicas, Waiting.secondsSince(begin)));
            cluster.awaitQuiet();
            return measure(bench, cluster, replicas, empty);
        }
    }

    private static List<Figure> measure(Bench bench, Cluster cluster, int replicas, double emptyBytes) {
        Duration time = Duration.ofSeconds(bench.size(20, 5));
        List<Cluster.Instance> nodes = cluster.datanodes();
        List<Double> before = nodes.stream().map(d -> Proc.cpuSeconds(d.pid())).toList();
        long begin = System.nanoTime();
        Waiting.pause(time);
        double seconds = Waiting.secondsSince(begin);
        List<Double> cpu = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            long pid = nodes.get(i).pid();
            cpu.add((Proc.cpuSeconds(pid) - before.get(i)) / seconds * PERCENT);
            memory.add(Proc.residentBytes(pid) / MIB);
            more.add((Proc.residentBytes(pid) - emptyBytes) / 1024 / replicas);
        }
        String name = "idle datanode, " + replicas + " replicas";
        return List.of(
                Figure.of(name + ": CPU", "% of a core", new Samples(cpu))
                        .noting("over " + time.toSeconds() + " s; threads: "
                                + nodes.stream().map(d -> Proc.threads(d.pid())).toList()),
                Figure.of(name + ": resident memory", "MiB", new Samples(memory))
                        .noting(String.format("with none %.0f MiB", emptyBytes / MIB)),
                Figure.of(name + ": memory a replica", "KiB", new Samples(more)));
    }
}
