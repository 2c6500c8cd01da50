package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Dsim.seeds=N} runs more seeds, {@code -Dsim.seed=S} begins with another. */
class ClusterSimTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 60);
    private static final long FIRST = Long.getLong("sim.seed", 1);

    @Test
    void everyLawHoldsAndInTheEndAllIsWell() {
        ClusterSim sim = new ClusterSim(null);
        List<ClusterSim.Failure> failures = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            ClusterSim.Failure failure = sim.run(seed);
            if (failure != null) {
                failures.add(failure);
            }
        }
        assertThat(failures).isEmpty();
        System.out.println("Cluster simulated: " + sim.summary());
        assertThat(sim.written())
                .as("a run in which nobody writes shows nothing")
                .isGreaterThan(SEEDS * 20L);
    }

    @Test
    void theSameSeedIsTheSameRun() {
        ClusterSim first = new ClusterSim(Duration.ofMinutes(5));
        ClusterSim second = new ClusterSim(Duration.ofMinutes(5));
        for (long seed : new long[] {3, 5}) {
            first.run(seed);
            second.run(seed);
        }
        assertThat(first.summary()).isEqualTo(second.summary());
    }
}
