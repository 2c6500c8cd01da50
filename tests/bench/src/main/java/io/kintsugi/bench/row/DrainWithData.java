package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.baseline.PlainCopy;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.bench.cluster.Proc;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A disk's drain with data, divided by a plain copy of as many bytes on the same disk just before. Five datanodes of one disk, so that
 * a disk's drain is what a node's is elsewhere; default settings.
 */
public final class DrainWithData implements Bench.Row {
    private static final int MIB = 1 << 20;
    private static final double GIB = 1L << 30;
    private static final int PARTITIONS = 24;
    private static final int REPLICAS = 3;
    private static final double TARGET_RATIO = 2;

    private record Load(int values, int bytesEach, String shown) {
        long bytes() {
            return (long) values * bytesEach;
        }
    }

    @Override
    public String name() {
        return "drain";
    }

    @Override
    public String what() {
        return "drain of one of five disks with data ÷ plain copy (2 threads, read + write + fsync) of the same bytes";
    }

    @Override
    public List<Figure> run(Bench bench) {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(run(bench, new Load(bench.size(2000, 200), MIB, "1 MiB")));
        figures.addAll(run(bench, new Load(bench.size(8000, 1600), MIB / 16, "64 KiB")));
        return figures;
    }

    private List<Figure> run(Bench bench, Load load) {
        try (Cluster cluster = Cluster.start(bench, "drain", new Cluster.Size(3, 5, 1))) {
            cluster.createTable("data", PARTITIONS, REPLICAS);
            fill(bench, cluster, load);
            Drain drain = new Drain(cluster.admin());
            List<Double> seconds = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            List<Double> cpu = new ArrayList<>();
            List<Double> rate = new ArrayList<>();
            for (int i = 0; i < bench.size(5, 3); i++) {
                cluster.awaitHealthy();
                cluster.awaitQuiet();
                Drain.Disk disk = drain.disks().stream()
                        .max(Comparator.comparingInt(Drain.Disk::replicas))
                        .orElseThrow();
                long bytes = bytesOn(cluster, disk, load);
                double plain = plainCopy(bench, bytes);
                PlainCopy.syncAll();
                double before = cpuOfDatanodes(cluster);
                Drain.Outcome outcome = drain.run(disk);
                double used = cpuOfDatanodes(cluster) - before;
                drain.takeBack(disk);
                bench.say(String.format(
                        "%s: %.0f MiB, %d moves (%.0f MiB copied by their own count) in %.2f s; plain copy %.2f s; %.1f CPU-s",
                        disk.node(),
                        bytes / (double) MIB,
                        outcome.moves(),
                        outcome.bytesCopied() / (double) MIB,
                        outcome.seconds(),
                        plain,
                        used));
                seconds.add(outcome.seconds());
                ratios.add(outcome.seconds() / plain);
                cpu.add(used / (bytes / GIB));
                rate.add(bytes / (double) MIB / outcome.seconds());
            }
            String name = "drain with data, " + load.shown() + " × " + load.values();
            return List.of(
                    Figure.of(name, "s", new Samples(seconds))
                            .over("plain copy", new Samples(ratios))
                            .want(Figure.Target.ratioAtMost(TARGET_RATIO))
                            .noting(String.format("%.0f MiB/s", new Samples(rate).median())),
                    Figure.of(name + ": CPU of datanodes", "CPU-s/GiB", new Samples(cpu)));
        }
    }

    private static void fill(Bench bench, Cluster cluster, Load load) {
        long begin = System.nanoTime();
        Random random = new Random(load.bytesEach());
        int atOnce = Math.max(4, 8 * MIB / load.bytesEach() / 4);
        try (KintsugiClient client = cluster.client()) {
            Table table = client.table("data");
            List<CompletableFuture<Void>> open = new ArrayList<>();
            for (int i = 0; i < load.values(); i++) {
                byte[] value = new byte[load.bytesEach()];
                random.nextBytes(value);
                open.add(table.putAsync(("key-" + i).getBytes(StandardCharsets.UTF_8), value));
                if (open.size() == atOnce) {
                    open.forEach(CompletableFuture::join);
                    open.clear();
                }
            }
            open.forEach(CompletableFuture::join);
        }
        bench.say(String.format(
                "%d values of %s written in %.1f s", load.values(), load.shown(), Waiting.secondsSince(begin)));
    }

    /** What a disk's replicas hold of the values: the table's own partitions have equal shares, but for the hash's chance. */
    private static long bytesOn(Cluster cluster, Drain.Disk disk, Load load) {
        long partitions = 0;
        for (var p : cluster.admin().get("/v1/partitions?table=data")) {
            for (var m : p.path("members")) {
                partitions += m.path("node").asText().equals(disk.node())
                                && m.path("disk").asText().equals(disk.path())
                        ? 1
                        : 0;
            }
        }
        if (partitions == 0) {
            throw new IllegalStateException(
                    disk + " holds none of the table: the API names its members otherwise than it names its disks");
        }
        return load.bytes() / PARTITIONS * partitions;
    }

    private static double plainCopy(Bench bench, long bytes) {
        try (PlainCopy copy = new PlainCopy(bench.directory("plain-copy"), bytes)) {
            return copy.seconds();
        }
    }

    private static double cpuOfDatanodes(Cluster cluster) {
        return cluster.datanodes().stream()
                .mapToDouble(d -> Proc.cpuSeconds(d.pid()))
                .sum();
    }
}
