package io.kintsugi.datanode.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a disk is called slow against its datanode's other disks. */
class ProbeTimesTest {
    private static final long FAST = Duration.ofMillis(2).toNanos();
    private static final long SLOW = Duration.ofMillis(200).toNanos();

    private static ProbeTimes of(int fast, int slow) {
        ProbeTimes times = new ProbeTimes();
        Collections.nCopies(fast, FAST).forEach(times::add);
        Collections.nCopies(slow, SLOW).forEach(times::add);
        return times;
    }

    private static String suspect(ProbeTimes times, Long... others) {
        return ProbeTimes.suspect(times.median(), List.of(others));
    }

    @Test
    void aSlowOneIsSuspectAgainstAFastOneAndBothTimesAreSaid() {
        assertThat(suspect(of(0, 4), FAST)).contains("takes 200 ms", "other disks 2 ms");
    }

    @Test
    void againstDisksAsSlowItIsNot() {
        assertThat(suspect(of(0, 4), SLOW)).isEmpty();
        assertThat(suspect(of(0, 4), SLOW / 4)).isEmpty();
        assertThat(suspect(of(0, 4), SLOW / 5)).isNotEmpty();
    }

    @Test
    void whatIsFastEnoughIsNeverSuspectHoweverFastTheOthersAre() {
        ProbeTimes times = new ProbeTimes();
        Collections.nCopies(4, Duration.ofMillis(49).toNanos()).forEach(times::add);
        assertThat(suspect(times, 1L)).isEmpty();
    }

    @Test
    void withTooFewProbesOrWithoutAnotherDiskNothingIsSaid() {
        assertThat(of(0, 3).median()).isNegative();
        assertThat(suspect(of(0, 3), FAST)).isEmpty();
        assertThat(suspect(of(0, 4))).isEmpty();
        assertThat(suspect(of(0, 4), -1L)).isEmpty();
    }

    @Test
    void aFewSlowProbesAreNotEnoughAndManyAre() {
        assertThat(suspect(of(12, 5), FAST)).isEmpty();
        assertThat(suspect(of(12, 7), FAST)).isNotEmpty();
    }

    @Test
    void itIsForgottenWhenItIsFastAgain() {
        ProbeTimes times = of(0, 12);
        Collections.nCopies(7, FAST).forEach(times::add);
        assertThat(suspect(times, FAST)).isEmpty();
    }

    @Test
    void oneSlowDiskAmongTheOthersDoesNotHideAnother() {
        assertThat(suspect(of(0, 4), FAST, FAST, SLOW)).isNotEmpty();
    }
}
