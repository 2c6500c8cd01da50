package io.kintsugi.datanode.store;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counting what a replica holds: its tests on the real store notice what is done wrong. */
class CountBugsTest {
    private static final String STORE = "io.kintsugi.datanode.store.";
    private static final String AREA = "verify";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(RangeCountTest::whatIsWrittenWhileItCountsDoesNotMatter),
                    () -> test(RangeCountTest::everyFlippedBitIsFoundInTheRangeOfItsKey),
                    () -> test(RangeCountTest::recordsThatExchangeTheirValuesAreFound),
                    () -> test(RangeCountTest::expiredSessionsDoNotCountWhetherTheyWereSweptOrNot),
                    () -> test(RangeCountTest::neitherBatchesNorFlushesNorReopeningNorTheSizeOfSlicesMatter));
        }

        private static void test(Consumer<RangeCountTest> run) {
            RangeCountTest test = new RangeCountTest();
            try {
                test.dir = Files.createTempDirectory("counts");
                test.open();
                run.accept(test);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                test.close();
            }
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "NO_SNAPSHOT",
                        AREA,
                        "what is written while it counts is counted",
                        edit(STORE + "RocksKeyValues", ".setSnapshot(snapshot)", "")),
                bug(
                        "RANGE_LEFT_OUT",
                        AREA,
                        "the values of some ranges aren't looked at",
                        edit(
                                STORE + "RangeCount",
                                "sums[range(key)] += hash(key, value) * (2 * expires + 1);",
                                "sums[range(key)] += range(key) % 2 == 1 ? 1 : hash(key, value);")),
                bug(
                        "KEY_NOT_HASHED",
                        AREA,
                        "two records whose values have changed places are taken for the same",
                        edit(STORE + "RangeCount", "sha.update(key);", "")),
                bug(
                        "EXPIRED_SESSIONS_COUNTED",
                        AREA,
                        "a session that was swept out makes a difference",
                        edit(STORE + "RangeCount", "&& !Session.of(value).expired(timeMs)", "")),
                bug(
                        "SLICE_BEGINS_TWICE",
                        AREA,
                        "the record at which a slice ends is counted by both",
                        edit(STORE + "RangeCount", "if (left[0] <= 0) {", "if (left[0] <= 0) { take(key, value);")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
