package io.kintsugi.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;

class MetricsRouteTest {
    @Test
    void rendersPrometheusText() {
        MetricRegistry registry = new MetricRegistry();
        registry.counter("raft.entries").inc(3);
        registry.timer("raft.commit");
        assertThat(MetricsRoute.text(registry))
                .contains("raft_entries_total 3.0")
                .contains("# TYPE raft_commit summary");
    }
}
