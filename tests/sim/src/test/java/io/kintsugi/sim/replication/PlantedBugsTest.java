package io.kintsugi.sim.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulator finds every one of these bugs, by the law that it breaks: the evidence that its checks can fail. {@code near} is a
 * seed just before one that finds it, to keep the build short; when a change of the code has moved it, the search goes on from seed 1.
 */
@Execution(ExecutionMode.CONCURRENT)
class PlantedBugsTest {
    private static final long NEAR = 40;
    private static final long BOUND = 6_000;

    @ParameterizedTest(name = "{0} breaks {1}")
    @CsvSource(textBlock = """
            ONE_SET, S1, 1
            GROW_NO_FLOOR, S1, 305
            GROW_NEARLY, S1, 1
            SHRINK_EARLY, S1, 1
            REFUSAL_IS_FINAL, S1, 275
            RESUME, S6 S1, 9
            NO_FENCE, S4 S1 S2, 3
            EPOCH_VOLATILE, S6 S1 S2 S4, 291
            SELF_UNSYNCED, S1, 1
            ACK_UNSYNCED, S1, 1
            LATE_ACK, S1 L, 1570
            ACK_BY_LENGTH, S1, 3
            COMMIT_BY_LENGTH, S2, 3
            APPLY_EARLY, S1 S2, 1
            NO_PREV, S1 S6 S2 S4, 1
            TRUNCATE_ALWAYS, S1, 1
            NO_TRUNCATE, S6 S1 S2, 1
            LEASE_NO_WAIT, S3, 20
            LEASE_FORGET, S3, 16487
            LEASE_ANY, S3, 2251
            READ_EARLY, S3, 10
            READ_MAJORITY, S3, 864
            INSTALL_DROPS, S1 S4, 103
            NO_RESEED, L, 1
            WIPE_SAME_ID, S1, 1
            NO_CAS, S1, 3
            ELECT_ANY, S1 S4, 1
            NO_REELECT, L, 1
            SWAP_EARLY, law, 1
            DELETE_EARLY, law, 1
            CHECKPOINT_UNCOMMITTED, S2, 1
            """)
    void isFound(String bug, String laws, long near) {
        Hunt hunt = new Hunt(bug);

        Optional<Hunt.Found> found = hunt.first(near, NEAR).or(() -> hunt.first(1, BOUND));

        assertThat(found).as("%s within %d seeds", bug, BOUND).isPresent();
        assertThat(laws.split(" "))
                .as(found.get().report())
                .anyMatch(found.get().law()::startsWith);
    }
}
