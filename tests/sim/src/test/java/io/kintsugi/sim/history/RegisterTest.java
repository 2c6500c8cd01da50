package io.kintsugi.sim.history;

import static io.kintsugi.sim.history.Invocation.ABSENT;
import static io.kintsugi.sim.history.Invocation.NEVER;
import static io.kintsugi.sim.history.Invocation.read;
import static io.kintsugi.sim.history.Invocation.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Small histories, judged by hand. */
class RegisterTest {
    @Test
    void oneAfterTheOther() {
        good(
                read(ABSENT, 0, 1),
                write(1, 2, 3),
                read(1, 4, 5),
                write(2, 6, 7),
                read(2, 8, 9),
                write(ABSENT, 10, 11),
                read(ABSENT, 12, 13));
    }

    @Test
    void concurrentOnesInEitherOrder() {
        good(write(1, 0, 10), write(2, 0, 10), read(1, 11, 12));
        good(write(1, 0, 10), write(2, 0, 10), read(2, 11, 12));
        good(write(1, 0, 10), write(2, 0, 10), read(1, 3, 4), read(2, 5, 6));
    }

    @Test
    void aStaleRead() {
        bad(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5));
    }

    @Test
    void aReadGoesBack() {
        bad(write(1, 0, 1), write(2, 2, 20), read(2, 4, 5), read(1, 6, 7));
    }

    @Test
    void aLostWrite() {
        bad(write(1, 0, 1), read(ABSENT, 2, 3));
    }

    @Test
    void aWriteAppliedTwice() {
        bad(write(1, 0, 1), write(2, 2, 3), read(2, 4, 5), read(1, 6, 7));
    }

    @Test
    void aValueOutOfNowhere() {
        bad(write(1, 0, 1), read(7, 2, 3));
    }

    @Test
    void aWriteThatWasRefusedAndIsDoneAllTheSame() {
        // the refused write of 2 isn't in the history at all
        bad(write(1, 0, 1), read(2, 2, 3));
    }

    @Test
    void anUnknownWriteMayHappenLateOrNever() {
        good(write(1, 0, 1), write(2, 2, NEVER), read(1, 4, 5));
        good(write(1, 0, 1), write(2, 2, NEVER), read(1, 4, 5), read(2, 6, 7));
        good(write(1, 0, 1), write(2, 2, NEVER), write(3, 4, 5), read(3, 6, 7), read(2, 8, 9));
    }

    @Test
    void anUnknownWriteMayNotHappenTwiceOrBeforeItsTime() {
        bad(write(1, 0, 1), write(2, 2, NEVER), read(2, 3, 4), write(3, 5, 6), read(3, 7, 8), read(2, 9, 10));
        bad(write(1, 0, 1), read(2, 2, 3), write(2, 4, NEVER));
    }

    @Test
    void anUnknownDelete() {
        good(
                write(1, 0, 1),
                write(ABSENT, 2, NEVER),
                read(1, 3, 4),
                read(ABSENT, 5, 6),
                write(2, 7, 8),
                read(2, 9, 10));
        bad(write(1, 0, 1), write(ABSENT, 2, NEVER), read(ABSENT, 3, 4), read(1, 5, 6));
    }

    private static void good(Invocation... history) {
        assertThat(Register.check(List.of(history))).isEmpty();
    }

    private static void bad(Invocation... history) {
        assertThat(Register.check(List.of(history))).contains("no order explains");
    }
}
