package io.kintsugi.sim.bugs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every planted bug still fits the product: its edits find their places, and what they make compiles. */
@Execution(ExecutionMode.CONCURRENT)
class PlantedBugsFitTest {
    static List<PlantedBug> bugs() {
        return Bugs.all();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void fits(PlantedBug bug) {
        assertThat(Mutant.of(bug, Sources.here())).isNotNull();
    }

    @Test
    void everyBugHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        assertThat(bugs())
                .allSatisfy(
                        bug -> assertThat(names.add(bug.name())).as(bug.name()).isTrue());
    }

    @Test
    void anEditThatFitsNowhereIsRefused() {
        PlantedBug bug = PlantedBug.bug(
                "X", "x", "x", new PlantedBug.Edit("io.kintsugi.master.plan.MoveSteps", "no such text", ""));
        assertThatThrownBy(() -> Mutant.of(bug, Sources.here()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finds 0");
    }
}
