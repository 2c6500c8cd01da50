package io.kintsugi.master.boot;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.kintsugi.master.plan.ClusterCounts;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What the leader counts in the cluster, as gauges. A master that doesn't lead knows none of it and says NaN, so that a maximum over all masters is
 * what the leader says. Counted when somebody asks, at most once a second.
 */
final class ClusterMetrics {
    private ClusterMetrics() {}

    /** @param view empty on a master that doesn't lead */
    static void register(MetricRegistry registry, Supplier<Optional<View>> view) {
        Gauge<Optional<ClusterCounts>> counts = new CachedGauge<>(1, TimeUnit.SECONDS) {
            @Override
            protected Optional<ClusterCounts> loadValue() {
                return view.get().map(ClusterCounts::of);
            }
        };
        add(registry, counts, "cluster.datanodes", ClusterCounts::datanodes);
        add(registry, counts, "cluster.datanodes.dead", ClusterCounts::deadDatanodes);
        add(registry, counts, "cluster.disks", ClusterCounts::disks);
        add(registry, counts, "cluster.disks.unavailable", ClusterCounts::unavailableDisks);
        add(registry, counts, "cluster.partitions", ClusterCounts::partitions);
        add(registry, counts, "cluster.partitions.without.primary", ClusterCounts::withoutPrimary);
        add(registry, counts, "cluster.partitions.under.replicated", ClusterCounts::underReplicated);
        add(registry, counts, "cluster.partitions.differing", ClusterCounts::differing);
        add(registry, counts, "cluster.ops.open", ClusterCounts::openOps);
        add(registry, counts, "cluster.brake.engaged", c -> c.braked() ? 1 : 0);
        add(registry, counts, "cluster.spread.primaries", c -> c.spread()
                .primaries()
                .gap());
        add(registry, counts, "cluster.spread.replicas", c -> c.spread()
                .replicas()
                .gap());
        add(registry, counts, "cluster.spread.fill", c -> c.spread().fill().gap());
    }

    private static void add(
            MetricRegistry registry,
            Gauge<Optional<ClusterCounts>> counts,
            String name,
            ToDoubleFunction<ClusterCounts> value) {
        registry.register(name, (Gauge<Double>)
                () -> counts.getValue().map(value::applyAsDouble).orElse(Double.NaN));
    }
}
