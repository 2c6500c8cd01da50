package io.kintsugi.master.plan;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom a recovery chooses and when: its direct tests notice what is done wrong. */
class RecoveryChoiceBugsTest {
    private static final String MASTER = "io.kintsugi.master.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests implements LongFunction<String> {
        private static final List<Consumer<RecoveryStepsTest>> TESTS = List.of(
                RecoveryStepsTest::whoLeftLastIsChosenThoughAnotherHasALongerLog,
                RecoveryStepsTest::anInSyncOneIsElectedWhateverTheLengthsOfLogs,
                RecoveryStepsTest::nobodyIsChosenBeforeAllThatCanAnswerHaveStoredTheFence,
                RecoveryStepsTest::oneThatIsStillCopiedOrBrokenIsNoSurvivor);

        @Override
        public String apply(long number) {
            try {
                RecoveryStepsTest test = new RecoveryStepsTest();
                test.threeReplicas();
                TESTS.get((int) number).accept(test);
                return null;
            } catch (AssertionError noticed) {
                return noticed.toString();
            }
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "SURVIVOR_BY_LENGTH",
                        "recovery",
                        "the survivor is chosen by the length of its log",
                        edit(MASTER + "plan.Survivor", ".thenComparing(Survivor::leftEpoch)", "")),
                bug(
                        "IN_SYNC_NOT_PREFERRED",
                        "recovery",
                        "an in-sync survivor is passed over for a longer log",
                        edit(
                                MASTER + "plan.Survivor",
                                "comparing(Survivor::inSync) .thenComparing(Survivor::leftEpoch)",
                                "comparing(Survivor::lastEpoch)")),
                bug(
                        "FENCE_NOT_WAITED_FOR",
                        "recovery",
                        "the survivor is chosen before the others have stored the fence",
                        edit(MASTER + "plan.RecoverySteps", "return waited.isEmpty() && !strays", "return true")),
                bug(
                        "HALF_A_COPY",
                        "recovery",
                        "a replica that is still being copied is chosen",
                        edit(MASTER + "plan.Survivor", ".filter(f -> f.state() == ReplicaFacts.State.OK)", "")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        int number = bugs().indexOf(bug);
        assertThat(new Tests().apply(number)).as("without the bug").isNull();
        assertThat(Mutant.of(bug, Sources.here()).search(Tests.class.getName()).apply(number))
                .as("with %s", bug)
                .isNotNull();
    }
}
