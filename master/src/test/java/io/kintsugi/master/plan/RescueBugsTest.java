package io.kintsugi.master.plan;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the recovery of all data does with a partition: the tests of its planner notice what is done wrong. */
class RescueBugsTest {
    private static final String PLAN = "io.kintsugi.master.plan.";
    private static final int SEEDS = 200;

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    Tests::best,
                    () -> test(RescuePlanTest::withAnInSyncOneThereNothingIsLostAndNobodyIsForced),
                    () -> test(RescuePlanTest::membersThatAreHeldAreLetIn),
                    () -> test(RescuePlanTest::somethingIsLostOnlyWhereThatWasAgreedAndOnce));
        }

        private static void best() {
            for (long seed = 0; seed < SEEDS; seed++) {
                new RescuePlanTest().theBestCopyIsWhoLeftLastThenByEpochThenByIndex(seed);
            }
        }

        private static void test(Consumer<RescuePlanTest> run) {
            RescuePlanTest test = new RescuePlanTest();
            test.threeReplicas();
            run.accept(test);
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "SURVIVOR_BY_INDEX_ONLY",
                        "rescue",
                        "of those that left last the one with the highest index is chosen, whatever its epoch",
                        edit(PLAN + "Survivor", ".thenComparing(Survivor::lastEpoch)", "")),
                bug(
                        "CHOSEN_OVER_IN_SYNC",
                        "rescue",
                        "nobody waits for the election of an in-sync replica that is there",
                        edit(
                                PLAN + "RescueSteps",
                                "if (Elections.byHand(view, p).isPresent()) {",
                                "if (p.id() < 0) {")),
                bug(
                        "HELD_FORGOTTEN",
                        "rescue",
                        "members that are held are waited for, and nobody lets them in",
                        edit(PLAN + "RescueSteps", "if (p.isHeld(m.replica())) {", "if (p.id() < 0) {")),
                bug(
                        "CHOSEN_UNASKED",
                        "rescue",
                        "partitions go on with a replica that isn't in-sync though nobody agreed",
                        edit(PLAN + "RescueSteps", "return op.rescue().chooses(p.id())", "return p.id() > 0")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
