package io.kintsugi.master.driver;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparing replicas: its tests on virtual time notice what is done wrong. */
class VerifyBugsTest {
    private static final String MASTER = "io.kintsugi.master.";
    private static final String AREA = "verify";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> new VerifyDriverTest().theOddOneOfThreeIsCountedTwiceSetAsideAndReplaced(),
                    () -> new VerifyDriverTest().theOddOneOfThreeIsCountedTwiceSetAsideAndReplaced(),
                    () -> new VerifyDriverTest().aPrimaryHandsOverBeforeItIsSetAside(),
                    () -> new VerifyDriverTest().ofTwoThatDifferNobodyIsTouched(),
                    () -> new VerifyDriverTest().theOddOneOfThreeIsCountedTwiceSetAsideAndReplaced(),
                    () -> new VerifyDriverTest().whereSoManyDifferThatTheCauseIsHardlyTheirDisksNothingIsDone(),
                    () -> new VerifyDriverTest().whatWasCopiedIsComparedByItself(),
                    () -> new VerifyDriverTest().everyPartitionHasItsTurnInTheIntervalAndNoneWhereThatIsNever());
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "RANGES_NOT_COMPARED",
                        AREA,
                        "replicas with as many records and bytes are taken for equal",
                        edit(MASTER + "view.Digest", "&& fold() == other.fold()", "")),
                bug(
                        "MINORITY_IS_RIGHT",
                        AREA,
                        "the smallest group is taken for the largest",
                        edit(MASTER + "plan.Comparison", "(Group g) -> -inSync(p, g)", "(Group g) -> inSync(p, g)")),
                bug(
                        "PRIMARY_SET_ASIDE",
                        AREA,
                        "a primary doesn't hand over before it is set aside",
                        edit(MASTER + "plan.repair.DifferingReplica", "odd.replica() != p.primary()", "true")),
                bug(
                        "HALF_IS_ENOUGH",
                        AREA,
                        "of two that differ one is taken for right",
                        edit(
                                MASTER + "plan.Comparison",
                                "agree >= 2 && agree * 2 > partition",
                                "agree * 2 >= partition")),
                bug(
                        "ONE_COUNT_IS_ENOUGH",
                        AREA,
                        "what was counted once is acted on",
                        edit(MASTER + "plan.repair.DifferingReplica", "c.confirmed() &&", "")),
                bug(
                        "MANY_ARE_MENDED",
                        AREA,
                        "however many partitions differ, replicas are set aside",
                        edit(MASTER + "plan.repair.DifferingReplica", "|| many(view)", "")),
                bug(
                        "COPY_NOT_COMPARED",
                        AREA,
                        "what was copied isn't compared by itself",
                        edit(MASTER + "driver.VerifyDriver", "op.status() == OpStatus.SUCCESS", "false")),
                bug(
                        "TURNS_SKIPPED",
                        AREA,
                        "only the partition whose turn it is at that moment is compared",
                        edit(MASTER + "driver.VerifyTurns", "at = at >= last ? 0 : at + 1;", "at = to;")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
