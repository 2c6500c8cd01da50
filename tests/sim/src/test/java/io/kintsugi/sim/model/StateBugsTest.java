package io.kintsugi.sim.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.bugs.Bugs;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random commands find every bug that is planted in what commands do. */
@Execution(ExecutionMode.CONCURRENT)
class StateBugsTest {
    private static final int SEEDS = 3_000;
    private static final int NEARBY = 10;
    /** Seeds close before one that finds a rare bug, to keep the build short; when a change has moved it, the search begins at 1. */
    private static final Map<String, Long> NEAR = Map.of(
            "SWAP_LOWERS_REDUNDANCY",
            147L,
            "INCOMING_NOT_COUNTED",
            1_072L,
            "SALVAGE_OF_WORKING_DISK",
            544L,
            "DROP_LOWERS_REDUNDANCY",
            2_232L,
            "CANCEL_NEVER_CLOSES",
            309L,
            "CHOSEN_TWICE",
            583L,
            "BALANCE_TAKES_NO_TOKEN",
            362L);

    static List<PlantedBug> bugs() {
        return Bugs.ofState();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isFound(PlantedBug bug) {
        LongFunction<String> search = Mutant.of(bug, Sources.here()).search(ModelSearch.class.getName());
        String found = first(search, NEAR.getOrDefault(bug.name(), 1L), NEARBY);
        if (found == null) {
            found = first(search, 1, SEEDS);
        }
        assertThat(found).as("%s within %d seeds", bug, SEEDS).isNotNull();
        System.out.printf("%s (%s) is found: %s%n", bug, bug.what(), found);
    }

    private static String first(LongFunction<String> search, long from, int count) {
        String found = null;
        for (long seed = from; found == null && seed < from + count; seed++) {
            found = search.apply(seed);
        }
        return found;
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(first(new ModelSearch(), 1, 150)).isNull();
    }
}
