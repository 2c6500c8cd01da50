package io.kintsugi.master.plan.balance;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What needs more partitions, or other disks, than a simulated cluster has: the tests of the plan notice what is done wrong. The other bugs of
 * balance are the simulation's ({@code balance.bugs}).
 */
class BalanceBugsTest {
    private static final String BALANCE = "io.kintsugi.master.plan.balance.";
    private static final int SEEDS = 400;

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(LayoutProperties::lessThanATenthOfTheMeanIsEven),
                    () -> test(LayoutProperties::aDiskThriceAsLargeGetsThriceAsMuch),
                    () -> test(LayoutProperties::whatIsOnItsWayTakesRoom),
                    () -> test(Tests::steps),
                    () -> test(Tests::steps),
                    () -> test(Tests::steps));
        }

        private static void steps(LayoutProperties properties) {
            for (long seed = 0; seed < SEEDS; seed++) {
                properties.everyStepMakesItMoreEvenAndThereIsAnEnd(seed);
            }
        }

        private static void test(Consumer<LayoutProperties> run) {
            run.accept(new LayoutProperties());
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "TOLERANCE_IGNORED",
                        "balance",
                        "replicas are moved for however little",
                        edit(
                                BALANCE + "Layout",
                                "if (from.fill() - to.fill() <= TOLERANCE * mean) {",
                                "if (from.fill() <= to.fill()) {")),
                bug(
                        "SIZE_IGNORED",
                        "balance",
                        "a large disk gets as much as a small one",
                        edit(BALANCE + "Slot", "return weight / facts.capacity;", "return weight;")),
                bug(
                        "ROOM_GIVEN_TWICE",
                        "balance",
                        "each of several moves to one disk finds room there",
                        edit(BALANCE + "Slot", "facts.room - given >= bytes", "facts.room >= bytes")),
                bug(
                        "SIZE_FORGOTTEN_IN_THE_END",
                        "balance",
                        "a small disk is made fuller than the large one that it relieves",
                        edit(
                                BALANCE + "Slot",
                                "(to.weight + slice.weight()) / to.facts.capacity",
                                "(to.weight + slice.weight()) / facts.capacity")),
                bug(
                        "CLOSED_DISK_FILLED",
                        "balance",
                        "a disk that takes nothing any more is a destination",
                        edit(BALANCE + "Slot", "return facts.takes && facts.room", "return facts.room")),
                bug(
                        "UNSTEADY_MOVED",
                        "balance",
                        "a partition that isn't whole is moved",
                        edit(BALANCE + "Layout", "if (!slice.steady || source == null", "if (source == null")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
