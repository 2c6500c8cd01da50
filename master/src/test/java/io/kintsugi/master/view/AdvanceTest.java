package io.kintsugi.master.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdvanceTest {
    private static ReplicaFacts facts(long epoch, long lastIndex, long done) {
        return new ReplicaFacts(
                2,
                1,
                2,
                22,
                epoch,
                ReplicaFacts.Role.MEMBER,
                ReplicaFacts.State.SEEDING,
                1,
                lastIndex,
                100,
                done,
                1_000,
                "");
    }

    private static Advance after(long... done) {
        Advance so = Advance.first(facts(5, 0, 0), 0);
        for (int i = 0; i < done.length; i++) {
            so = so.then(facts(5, 0, done[i]), i + 1);
        }
        return so;
    }

    @Test
    void bytesEpochAndLogAreProgressAndSayingTheSameAgainIsNot() {
        assertThat(after(10, 20, 20, 20).atNanos()).isEqualTo(2);
        assertThat(after(10).then(facts(5, 1, 10), 7).atNanos()).isEqualTo(7);
        assertThat(after(10).then(facts(6, 0, 0), 7).atNanos()).isEqualTo(7);
    }

    @Test
    void aCopyThatBeganAnewComesOnFromWhereItIs() {
        assertThat(after(900, 0).atNanos()).isEqualTo(1);
        assertThat(after(900, 0, 10).atNanos()).isEqualTo(3);
    }

    @Test
    void oneThatBeginsAnewEverAgainComesOnOnlyBeyondWhereItEverWas() {
        assertThat(after(60, 0, 60, 0, 60, 0, 60, 0, 50, 60, 0, 60).atNanos()).isEqualTo(7);
        assertThat(after(60, 0, 60, 0, 60, 0, 60, 0, 61).atNanos()).isEqualTo(9);
    }

    @Test
    void whatItsLogGainsForgivesEarlierCopies() {
        Advance installed = after(60, 0, 60, 0, 60, 0, 60, 0).then(facts(5, 3, 60), 20);

        assertThat(installed.then(facts(5, 3, 0), 21).then(facts(5, 3, 1), 22).atNanos())
                .isEqualTo(22);
    }
}
