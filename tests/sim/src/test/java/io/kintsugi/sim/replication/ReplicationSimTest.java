package io.kintsugi.sim.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The rules of replication hold every law under the simulator. {@code -Dsim.seeds=20000} runs more seeds, {@code -Dsim.seed=N} one,
 * {@code -Dsim.bug=NAME} plants a bug.
 */
class ReplicationSimTest {
    private static final long SEEDS = 1_500;

    @Test
    void everyLawHoldsAfterEveryEventOfEverySeed() {
        Long one = Long.getLong("sim.seed");
        String bug = System.getProperty("sim.bug");
        long from = one != null ? one : 1;
        long seeds = one != null ? 1 : Long.getLong("sim.seeds", SEEDS);
        if (bug != null) {
            assertThat(new Hunt(bug).first(from, seeds)).isEmpty();
            return;
        }
        Simulation simulation = new Simulation(Bug.NONE);

        Simulation.Failure failure = simulation.search(from, seeds);

        assertThat(failure).as(() -> String.valueOf(failure)).isNull();
        System.out.println("Replication simulated: " + simulation.summary());
    }

    @Test
    void theSameSeedIsTheSameRun() {
        Simulation first = new Simulation(Bug.NONE);
        Simulation second = new Simulation(Bug.NONE);

        for (long seed : new long[] {7, 11, 13}) {
            first.run(seed);
            second.run(seed);
        }

        assertThat(first.summary()).isEqualTo(second.summary());
    }

    @Test
    void aFailureTellsItsSeedItsLastEventsAndTheCommandThatRepeatsIt() {
        Simulation simulation = new Simulation(Bug.WIPE_SAME_ID);

        Simulation.Failure failure = simulation.search(1, 200);

        assertThat(failure).isNotNull();
        assertThat(failure.events()).hasSizeBetween(1, 50);
        assertThat(failure.command()).contains("-Dsim.seed=" + failure.seed());
        assertThat(new Simulation(Bug.WIPE_SAME_ID).run(failure.seed()).law()).isEqualTo(failure.law());
        assertThat(Arrays.asList(failure.toString().split("\n"))).hasSizeGreaterThan(3);
        assertThat(new Hunt("WIPE_SAME_ID").first(1, 200).orElseThrow().report())
                .endsWith("-Dsim.bug=WIPE_SAME_ID");
    }
}
