package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** {@code -Dsim.seeds=N} runs more seeds, {@code -Dsim.seed=S} begins with another. */
class ClusterSimTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 250);
    private static final long FIRST = Long.getLong("sim.seed", 1);
    /** Each run is one thread's; runs share nothing. */
    private static final int THREADS = 2;

    private static final int SHRINK_RUNS = 40;

    @Test
    void everyLawHoldsAndInTheEndAllIsWell() throws Exception {
        List<ClusterSim.Failure> failures = new ArrayList<>();
        long written = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Share>> shares = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                long first = FIRST + t;
                shares.add(threads.submit(() -> new Share(first)));
            }
            for (Future<Share> future : shares) {
                Share share = future.get();
                failures.addAll(share.failures);
                written += share.sim.written();
                System.out.println("Cluster simulated: " + share.sim.summary());
            }
        }
        assertThat(failures).isEmpty();
        assertThat(written).as("a run in which nobody writes shows nothing").isGreaterThan(SEEDS * 20L);
    }

    /** Every so-manieth seed. */
    private static final class Share {
        final ClusterSim sim = new ClusterSim(null);
        final List<ClusterSim.Failure> failures = new ArrayList<>();

        Share(long first) {
            for (long seed = first; seed < FIRST + SEEDS; seed += THREADS) {
                ClusterSim.Failure failure = sim.run(seed);
                if (failure != null) {
                    failures.add(failures.isEmpty() ? sim.shrunk(failure, SHRINK_RUNS) : failure);
                }
            }
        }
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
