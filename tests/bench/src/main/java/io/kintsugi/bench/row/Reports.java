package io.kintsugi.bench.row;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.cluster.PaperCluster;
import io.kintsugi.proto.NodeUp;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What the leader takes to know many replicas: CPU time for each report of a replica, from its bytes to the last driver's look, and heap for
 * each replica, metadata and reports together. Datanodes are simulated.
 */
public final class Reports implements Bench.Row {
    private static final int NODES = 60;
    private static final double TARGET_PER_CPU_SECOND = 1_000_000;
    private static final double TARGET_BYTES = 200;

    @Override
    public String name() {
        return "reports";
    }

    @Override
    public String what() {
        return "replica reports taken in per CPU second, and heap for each replica, 200,000 partitions × 3 on simulated datanodes";
    }

    @Override
    public List<Figure> run(Bench bench) {
        int partitions = bench.size(200_000, 50_000);
        long before = usedHeap();
        PaperCluster cluster = new PaperCluster(NODES);
        cluster.fill(partitions);
        long filled = usedHeap();
        bench.say(String.format("%,d partitions made", partitions));
        cluster.lead();
        take(cluster, cluster.reports(true, 1));
        long known = usedHeap();
        int replicas = cluster.replicas();
        long sent = cluster.sent();

        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < bench.size(7, 5); i++) {
            List<byte[]> reports = cluster.reports(false, 2 + i);
            rates.add(replicas / take(cluster, reports));
            bench.say(String.format("%,.0f reports per CPU second", rates.getLast()));
        }
        if (cluster.sent() != sent) {
            throw new IllegalStateException("reports of a cluster at rest made the master send "
                    + (cluster.sent() - sent) + " messages: not what was to be measured");
        }
        String size = String.format("%,d replicas", replicas);
        return List.of(
                Figure.of("replica reports taken in per CPU second", "1/s", new Samples(rates))
                        .want(new Figure.Target(false, false, TARGET_PER_CPU_SECOND))
                        .noting(size),
                Figure.of("heap for each replica", "bytes", Samples.of((known - before) / (double) replicas))
                        .want(Figure.Target.atMost(TARGET_BYTES))
                        .noting(String.format(
                                "%s; metadata %.0f, reports %.0f",
                                size, (filled - before) / (double) replicas, (known - filled) / (double) replicas)));
    }

    /** CPU seconds of this thread. */
    private static double take(PaperCluster cluster, List<byte[]> reports) {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int node = 0; node < reports.size(); node++) {
            try {
                cluster.receive(node, NodeUp.parseFrom(reports.get(node)));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("a report that was just made can't be read", e);
            }
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / 1e9;
    }

    /** After collections, until they free no more. */
    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        while (true) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (now >= used) {
                return now;
            }
            used = now;
        }
    }
}
