package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.ClosedLoop;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.baseline.SyncedAppends;
import io.kintsugi.bench.cluster.Cluster;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Puts and gets by threads that each wait for their answer; values of 1 KiB, 24 partitions of 3 replicas on 15 disks. */
public final class Throughput implements Bench.Row {
    private static final int[] THREADS = {1, 8, 64};
    private static final int VALUE = 1024;
    private static final int KEYS = 20_000;
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String what() {
        return "puts and gets a second by 1, 8 and 64 threads, values of 1 KiB";
    }

    @Override
    public List<Figure> run(Bench bench) {
        List<Figure> figures = new ArrayList<>();
        try (Cluster cluster = Cluster.start(bench, "throughput", new Cluster.Size(3, 5, 3))) {
            cluster.createTable("load", 24, 3);
            try (KintsugiClient client = cluster.client()) {
                Table table = client.table("load");
                byte[] value = new byte[VALUE];
                ThreadLocalRandom.current().nextBytes(value);
                for (int i = 0; i < KEYS; i += 64) {
                    List<CompletableFuture<Void>> open = new ArrayList<>();
                    for (int k = i; k < Math.min(KEYS, i + 64); k++) {
                        open.add(table.putAsync(key(k), value));
                    }
                    open.forEach(CompletableFuture::join);
                }
                AtomicLong next = new AtomicLong(KEYS);
                for (int threads : THREADS) {
                    figures.add(
                            measure(bench, "put", threads, x -> table.putAsync(key(next.getAndIncrement()), value)));
                }
                for (int threads : THREADS) {
                    figures.add(measure(
                            bench,
                            "get",
                            threads,
                            x -> table.getAsync(key(ThreadLocalRandom.current().nextInt(KEYS)))));
                }
            }
        }
        return figures;
    }

    private static Figure measure(Bench bench, String verb, int threads, IntFunction<CompletableFuture<?>> request) {
        Duration time = Duration.ofSeconds(bench.size(5, 2));
        List<Double> rates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        String percentiles = "";
        for (int i = 0; i < bench.size(3, 1); i++) {
            double appends = SyncedAppends.perSecond(bench.directory("appends"), Duration.ofSeconds(1));
            ClosedLoop.Result result = ClosedLoop.threads(threads, WARM_UP, time, request);
            rates.add(result.perSecond());
            ratios.add(result.perSecond() / appends);
            percentiles = result.percentiles();
            bench.say(String.format(
                    "%s, %d threads: %.0f/s, %s; synced appends %.0f/s",
                    verb, threads, result.perSecond(), percentiles, appends));
        }
        Figure figure = Figure.of(
                        verb + "s, " + threads + (threads == 1 ? " thread" : " threads"),
                        verb + "s/s",
                        new Samples(rates))
                .noting(percentiles);
        return verb.equals("put") ? figure.over("fdatasync/s", new Samples(ratios)) : figure;
    }

    private static byte[] key(long k) {
        return ("key-" + k).getBytes(StandardCharsets.UTF_8);
    }
}
