package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.Waiting;
import io.kintsugi.bench.cluster.PaperInventories;
import io.kintsugi.common.Clock;
import io.kintsugi.master.plan.rebuild.Options;
import io.kintsugi.master.rebuild.NewGroup;
import io.kintsugi.master.rebuild.RebuildRequest;
import io.kintsugi.master.rebuild.RebuildStatus;
import io.kintsugi.master.rebuild.Rebuilds;
import io.kintsugi.master.state.InitialState;
import io.kintsugi.master.transport.GrpcInventories;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * The metadata rebuilt from many datanodes: asked over gRPC as a master asks them, merged as they answer, and planned. Datanodes are simulated in
 * this process, so that their answers' making is part of the time.
 */
public final class Rebuild implements Bench.Row {
    private static final int NODES = 100;
    private static final double COLLECT_SECONDS = 10;
    private static final double PLAN_SECONDS = 5;

    /** A dry run begins none. */
    private static final class NoGroup implements NewGroup {
        @Override
        public void claim() {}

        @Override
        public void release() {}

        @Override
        public void begin(InitialState state) {
            throw new IllegalStateException("a dry run made a group");
        }
    }

    @Override
    public String name() {
        return "rebuild";
    }

    @Override
    public String what() {
        return "metadata collected from " + NODES
                + " simulated datanodes of 10,000 replicas each and planned, a dry run";
    }

    @Override
    public List<Figure> run(Bench bench) {
        int partitions = bench.size(333_333, 33_333);
        List<Double> collected = new ArrayList<>();
        List<Double> planned = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        try (PaperInventories datanodes = new PaperInventories(NODES, partitions)) {
            for (int i = 0; i < bench.size(5, 3); i++) {
                try (Rebuilds rebuilds = new Rebuilds(
                        new GrpcInventories(), new NoGroup(), Clock.system(), new Random(i), point -> {})) {
                    System.gc(); // a master recovers once: it has no garbage of recoveries before
                    pools().forEach(MemoryPoolMXBean::resetPeakUsage);
                    long begin = System.nanoTime();
                    rebuilds.begin(new RebuildRequest(datanodes.addresses(), new Options(false, false, false), true));
                    await("all answers", () -> rebuilds.status().answered() == NODES);
                    long answered = System.nanoTime();
                    await("the plan", () -> rebuilds.status().ended());
                    planned.add((System.nanoTime() - answered) / 1e9);
                    collected.add((answered - begin) / 1e9);
                    heap.add(peakMiB());
                    check(rebuilds.status(), datanodes.replicas());
                    bench.say(String.format(
                            "collected in %.2f s, planned in %.2f s, heap at most %.0f MiB",
                            collected.getLast(), planned.getLast(), heap.getLast()));
                }
            }
            String size = String.format("%,d replicas", datanodes.replicas());
            return List.of(
                    Figure.of("metadata collected and merged", "s", new Samples(collected))
                            .want(Figure.Target.atMost(COLLECT_SECONDS))
                            .noting(size),
                    Figure.of("plan made of it", "s", new Samples(planned))
                            .want(Figure.Target.atMost(PLAN_SECONDS))
                            .noting(size),
                    Figure.of("heap at most, simulated datanodes included", "MiB", new Samples(heap))
                            .noting(size));
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(what, Duration.ofMinutes(5), Duration.ofMillis(5), condition);
    }

    private static void check(RebuildStatus status, long replicas) {
        if (!status.result().equals("ERR_OK") || status.replicas() != replicas) {
            throw new IllegalStateException("the recovery ended with " + status.result() + " " + status.message()
                    + " and " + status.replicas() + " of " + replicas + " replicas");
        }
    }

    private static List<MemoryPoolMXBean> pools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    /** Peaks of the pools, which needn't have been at one time. */
    private static double peakMiB() {
        return pools().stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum() / (double) (1 << 20);
    }
}
