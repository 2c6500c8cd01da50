package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.sim.cluster.Forks.Fork;
import io.kintsugi.sim.history.Invocation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What clients may have seen of a partition that went on by force, twice. */
class ForkedHistoryTest {
    /** The first goes on with replica 2 and fences 3; the second with replica 3, as its backup was put back. */
    private static final List<Fork> TWICE =
            List.of(new Fork(5, 100, 14, 2, 50, Set.of(3L)), new Fork(7, 200, 21, 3, 0, Set.of()));

    private static String answeredBy(long replica, long at) {
        ForkedHistory history = new ForkedHistory();
        history.add("k", Invocation.write(1, at - 5, at), replica, at);
        return history.check("k", TWICE, 0);
    }

    @Test
    void whoWasFencedAnswersNoMoreUntilItIsChosen() {
        assertThat(answeredBy(3, 90)).isEmpty();
        assertThat(answeredBy(3, 150)).contains("had fenced it");
        assertThat(answeredBy(3, 250)).as("the second went on with it").isEmpty();
        assertThat(answeredBy(2, 150)).isEmpty();
    }
}
