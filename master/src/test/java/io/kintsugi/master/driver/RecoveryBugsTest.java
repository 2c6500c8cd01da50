package io.kintsugi.master.driver;

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

/** What a recovery leaves: its tests on virtual time notice what is done wrong. */
class RecoveryBugsTest {
    private static final String MASTER = "io.kintsugi.master.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests implements LongFunction<String> {
        private static final List<Consumer<RecoveryTest>> TESTS = List.of(
                RecoveryTest::theSurvivorServesAndTheOthersAreKeptAsBackups,
                RecoveryTest::whenTheSurvivorDiesBeforeItServesAnotherRecoveryTakesWhatIsLeft);

        @Override
        public String apply(long number) {
            try {
                RecoveryTest test = new RecoveryTest();
                test.onePartition();
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
                        "BACKUP_NOT_KEPT",
                        "recovery",
                        "what a recovery goes on without is deleted",
                        edit(
                                MASTER + "driver.ConfigurationDriver",
                                ".setToBackup(forcedOut(p, facts.replica()) || ",
                                ".setToBackup(")),
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
        int number = bugs().indexOf(bug);
        assertThat(new Tests().apply(number)).as("without the bug").isNull();
        assertThat(Mutant.of(bug, Sources.here()).search(Tests.class.getName()).apply(number))
                .as("with %s", bug)
                .isNotNull();
    }
}
