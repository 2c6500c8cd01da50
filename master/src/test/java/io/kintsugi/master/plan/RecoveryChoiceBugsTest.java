package io.kintsugi.master.plan;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom a recovery chooses and when: its direct tests notice what is done wrong. */
class RecoveryChoiceBugsTest {
    private static final String MASTER = "io.kintsugi.master.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(RecoveryStepsTest::whoLeftLastIsChosenThoughAnotherHasALongerLog),
                    () -> test(RecoveryStepsTest::anInSyncOneIsElectedWhateverTheLengthsOfLogs),
                    () -> test(RecoveryStepsTest::nobodyIsChosenBeforeAllThatCanAnswerHaveStoredTheFence),
                    () -> test(RecoveryStepsTest::oneThatIsStillCopiedOrBrokenIsNoSurvivor));
        }

        private static void test(Consumer<RecoveryStepsTest> run) {
            RecoveryStepsTest test = new RecoveryStepsTest();
            test.threeReplicas();
            run.accept(test);
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
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
