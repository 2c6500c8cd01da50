package io.kintsugi.master.plan;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What balance reads off a view, where the simulated cluster seldom comes: the tests of its plan notice what is done wrong. */
class BalancePlanBugsTest {
    private static final String BALANCE = "io.kintsugi.master.plan.balance.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(BalancePlanTest::whatIsOnItsWayCountsAsArrived),
                    () -> test(BalancePlanTest::neitherDrainedNorSuspectNorBrokenDisksAreTouched),
                    () -> test(BalancePlanTest::whatIsUrgentGoesFirstAndIsNamed));
        }

        private static void test(Consumer<BalancePlanTest> run) {
            BalancePlanTest test = new BalancePlanTest();
            test.aFourthIsNew();
            run.accept(test);
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "WAITING_MOVES_FORGOTTEN",
                        "balance",
                        "what waits to be moved counts as where it is",
                        edit(
                                BALANCE + "Layouts",
                                "Move move = waiting == null ? null : waiting.move();",
                                "Move move = waiting == null || waiting.id() > 0 ? null : waiting.move();")),
                bug(
                        "SUSPECT_DISK_TOUCHED",
                        "balance",
                        "a disk that is suspect takes what others have too much of",
                        edit(BALANCE + "Layouts", "f != null && f.suspect().isEmpty()", "f != null")),
                bug(
                        "NOBODY_WAITED_FOR",
                        "balance",
                        "a datanode that has just died isn't waited for: what it holds is evened out over the others",
                        edit(
                                BALANCE + "BalanceGate",
                                "return first(view).or(() -> away(view));",
                                "return first(view);")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
