package io.kintsugi.sim.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.bugs.Bugs;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random views of a cluster in trouble find every bug that is planted in the rules of repair, and in what holds them. */
class RepairBugsTest {
    private static final int SEEDS = 6_000;

    static List<PlantedBug> bugs() {
        return Bugs.ofRepair();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isFound(PlantedBug bug) {
        LongFunction<String> search = Mutant.of(bug, Sources.here()).search(RuleSearch.class.getName());
        String found = first(search, SEEDS);
        assertThat(found).as("%s within %d seeds", bug, SEEDS).isNotNull();
        System.out.printf("%s (%s) is found: %s%n", bug, bug.what(), found);
    }

    private static String first(LongFunction<String> search, int count) {
        String found = null;
        for (long seed = 1; found == null && seed <= count; seed++) {
            found = search.apply(seed);
        }
        return found;
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(first(new RuleSearch(), 1_500)).isNull();
    }
}
