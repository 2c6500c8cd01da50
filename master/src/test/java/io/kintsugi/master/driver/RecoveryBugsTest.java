package io.kintsugi.master.driver;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a recovery leaves: its tests on virtual time notice what is done wrong. */
class RecoveryBugsTest {
    private static final String MASTER = "io.kintsugi.master.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(RecoveryTest::theSurvivorServesAndTheOthersAreKeptAsBackups),
                    () -> test(RecoveryTest::whenTheSurvivorDiesBeforeItServesAnotherRecoveryTakesWhatIsLeft));
        }

        private static void test(Consumer<RecoveryTest> run) {
            RecoveryTest test = new RecoveryTest();
            test.onePartition();
            run.accept(test);
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "BACKUP_NOT_KEPT",
                        "recovery",
                        "what a recovery goes on without is deleted",
                        edit(
                                MASTER + "driver.ConfigurationDriver",
                                ".setToBackup(forcedOut(p, facts.replica()))",
                                ".setToBackup(false)")),
                bug(
                        "LAST_COPY_REMOVED",
                        "recovery",
                        "what was removed by force is deleted before a primary serves",
                        edit(
                                MASTER + "driver.ConfigurationDriver",
                                "if (forcedOut(p, facts.replica()) && !view.served(p.get())) {",
                                "if (false) {"),
                        edit(
                                MASTER + "driver.ConfigurationDriver",
                                "if (view.reports() .replica(p.get().primary()) .filter(f -> f.epoch() >= since) .isEmpty()) {",
                                "if (false) {")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
