package io.kintsugi.master.driver;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Broken disks that the master empties by itself: its tests on virtual time notice what is done wrong. */
class AutoDecommissionBugsTest {
    private static final String DRIVER = "io.kintsugi.master.driver.AutoDecommissionDriver";
    private static final String PLAN = "io.kintsugi.master.plan.AutoDecommission";
    private static final String APPLIED = "io.kintsugi.master.state.TroubleApplier";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(AutoDecommissionTest::anIntervalAfterItWasFirstSeenBroken),
                    () -> test(AutoDecommissionTest::anIntervalAfterItWasFirstSeenBroken),
                    () -> test(AutoDecommissionTest::aNewLeaderDoesNotBeginTheIntervalAnew),
                    () -> test(AutoDecommissionTest::anOperatorsCancelIsNotOverruled),
                    () -> test(AutoDecommissionTest::notWhileItIsSwitchedOffAndAtOnceWhenItIsSwitchedOn),
                    () -> test(AutoDecommissionTest::aShorterIntervalCountsAtOnce),
                    () -> test(AutoDecommissionTest::notWhileTheBrakeIsEngagedAndSoonAfterItIsReleased),
                    () -> test(AutoDecommissionTest::oneThatFailedIsTriedAgainAfterPausesThatDouble),
                    () -> test(AutoDecommissionTest::oneThatFailedIsTriedAgainAfterPausesThatDouble));
        }

        private static void test(Consumer<AutoDecommissionTest> run) {
            run.accept(new AutoDecommissionTest());
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                auto("NO_TIME_TO_MEND", "a disk is emptied at once", edit(DRIVER, "if (left > 0) {", "if (false) {")),
                auto(
                        "NOBODY_WAKES",
                        "nobody looks again when the interval is over",
                        edit(
                                DRIVER,
                                "proposals.wakeAt(view.nowNanos() + TimeUnit.MILLISECONDS.toNanos(left), Subject.disk(d.id()));",
                                "")),
                auto(
                        "INTERVAL_FROM_NOW",
                        "each look begins the interval anew",
                        edit(PLAN, "trouble.since() + interval", "view.nowMillis() + interval")),
                auto(
                        "CANCEL_OVERRULED",
                        "what an operator cancelled is begun again",
                        edit(PLAN, "if (trouble.leftAlone()) {", "if (false) {"),
                        edit(APPLIED, "!d.trouble().leftAlone()", "true")),
                auto(
                        "SWITCH_IGNORED",
                        "it isn't asked whether it is switched on",
                        edit(PLAN, "!view.cluster().settings().on(Setting.ENABLE_AUTO_DECOMMISSION)", "false")),
                auto(
                        "SETTINGS_UNHEARD",
                        "a change of settings counts only when something happens to the disk",
                        edit(DRIVER, "if (dirty.settings) {", "if (false) {")),
                auto(
                        "BRAKE_IGNORED",
                        "disks are emptied while automatic work is stopped",
                        edit(PLAN, "if (view.braked()) {", "if (false) {"),
                        edit(APPLIED, "!brake.engaged()", "true")),
                auto(
                        "PAUSE_ALWAYS_THE_SAME",
                        "what fails again and again is tried as often as at first",
                        edit(PLAN, "first << Math.min(failures, 20)", "first")),
                auto(
                        "FAILURES_NOT_ASKED",
                        "what has failed is begun again at once",
                        edit(PLAN, "if (trouble.failures() == 0) {", "if (true) {")));
    }

    private static PlantedBug auto(String name, String what, PlantedBug.Edit... edits) {
        return bug(name, "disks", what, edits);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
