package io.kintsugi.master.boot;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.ConsensusStatus;

/** The master's gauges about its group. */
final class Metrics {
    private Metrics() {}

    static void register(MetricRegistry registry, Consensus consensus) {
        registry.register("raft.term", (Gauge<Long>) () -> consensus.status().term());
        registry.register(
                "raft.applied.index", (Gauge<Long>) () -> consensus.status().appliedIndex());
        registry.register(
                "raft.leading", (Gauge<Integer>) () -> consensus.status().leading() ? 1 : 0);
        registry.register(
                "raft.peers", (Gauge<Integer>) () -> consensus.status().peers().size());
        registry.register("master.ready", (Gauge<Integer>)
                () -> consensus.status().state() == ConsensusStatus.State.READY ? 1 : 0);
        registry.register(
                "master.digest.ok", (Gauge<Integer>) () -> consensus.status().digestOk() ? 1 : 0);
    }
}
