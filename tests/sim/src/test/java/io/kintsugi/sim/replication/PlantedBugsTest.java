package io.kintsugi.sim.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulator finds every one of these bugs, by the law that it breaks: the evidence that its checks can fail. {@code near} is a
 * seed just before one that finds it, to keep the build short; when a change of the code has moved it, the search goes on from seed 1.
 */
class PlantedBugsTest {
    private static final long NEAR = 40;
    private static final long BOUND = 6_000;

    @ParameterizedTest(name = "{0} breaks {1}")
    @CsvSource(textBlock = """
@@ROWS@@
            """)
    void isFound(String bug, String laws, long near) {
        Simulation simulation = new Simulation(Bug.named(bug));

        Simulation.Failure failure = simulation.search(near, NEAR);
        if (failure == null) {
            failure = simulation.search(1, BOUND);
        }

        assertThat(failure).as("%s within %d seeds", bug, simulation.seeds()).isNotNull();
        assertThat(laws.split(" ")).as(failure.toString()).anyMatch(failure.law()::startsWith);
    }
}
