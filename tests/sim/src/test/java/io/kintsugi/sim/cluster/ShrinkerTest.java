package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.bugs.Bugs;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** A failure is made smaller, and the command that comes with it repeats what is left. */
class ShrinkerTest {
    private static final Duration LENGTH = Duration.ofSeconds(80);

    @Test
    void findsTheOnesThatAreNeededTogether() {
        int[] asked = {0};
        Shrinker shrinker = new Shrinker(
                s -> {
                    asked[0]++;
                    boolean longEnough = s.end() == null || s.end().toSeconds() >= 15;
                    return s.fault(17) && s.fault(3) && s.verb(9) && longEnough;
                },
                200);

        Selection least = shrinker.shrink(40, 30, LENGTH);

        assertThat(least.options()).isEqualTo(" --only-faults 3,17 --only-verbs 9 --until-ms 20000");
        assertThat(asked[0]).isLessThan(120);
    }

    @Test
    void asksNoMoreThanItMay() {
        int[] asked = {0};
        Selection least = new Shrinker(
                        s -> {
                            asked[0]++;
                            return s.fault(1) && s.fault(32) && s.verb(7);
                        },
                        10)
                .shrink(32, 32, LENGTH);

        assertThat(asked[0]).isEqualTo(10);
        assertThat(least.fault(1) && least.fault(32) && least.verb(7)).isTrue();
    }

    @Test
    void whatNeedsNoFaultIsLeftWithNone() {
        assertThat(new Shrinker(s -> true, 50).shrink(9, 9, LENGTH).options())
                .startsWith(" --only-faults none --only-verbs none");
    }

    @Test
    void numbersAreReadAsTheyAreWritten() {
        Selection selection = new Selection(new TreeSet<>(List.of(3, 17)), new TreeSet<>(), null);

        assertThat(selection.options()).isEqualTo(" --only-faults 3,17 --only-verbs none");
        assertThat(Selection.numbers("3,17")).isEqualTo(selection.faults());
        assertThat(Selection.numbers("none")).isEmpty();
        assertThat(Selection.numbers(null)).isNull();
        assertThatThrownBy(() -> Selection.numbers("3,,4")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void aPlantedBugIsFoundAgainWithLess() {
        PlantedBug bug = Bugs.all().stream()
                .filter(b -> b.name().equals("MUTEX_LEAKED_ON_FINISH"))
                .findFirst()
                .orElseThrow();
        LongFunction<String> hunt = Mutant.of(bug, Sources.here()).search(ShrinkHunt.class.getName());
        String found = null;
        for (long seed = 1; found == null && seed <= 200; seed++) {
            found = hunt.apply(seed);
        }

        assertThat(found).as("%s is found", bug).isNotNull();
        List<String> lines = found.lines().toList();
        System.out.println("Shrunk to " + lines);
        assertThat(Integer.parseInt(lines.get(0)))
                .as("strikes and verbs that are left")
                .isBetween(0, 8);
        assertThat(lines.get(1)).contains("--seed ").contains("--only-faults ").contains("--only-verbs ");
        assertThat(lines.get(3)).as("what the smaller run breaks").isEqualTo(lines.get(2));
    }
}
