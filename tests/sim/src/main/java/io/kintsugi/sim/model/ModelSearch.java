package io.kintsugi.sim.model;

import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;

/** Random commands to one core: the naive model must agree after each, and the state's invariants must hold. Gives what is wrong, or null. */
public final class ModelSearch implements LongFunction<String> {
    private static final int COMMANDS = 250;
    /** Reading everything takes longer than a command does. */
    private static final int INVARIANTS_EVERY = 5;

    @Override
    public String apply(long seed) {
        MasterCore core = new MasterCore();
        Reference reference = new Reference();
        RandomCommands commands = new RandomCommands(new Random(seed));
        RandomBalance balance = new RandomBalance(seed);
        ClusterState state = core.empty();
        for (int i = 1; i <= COMMANDS; i++) {
            ClusterState before = state;
            Envelope e = balance.next(before).orElseGet(() -> commands.next(before));
            try {
                Applied applied = core.apply(new LogPosition(1, i), List.of(e));
                state = applied.state();
                Outcome outcome = applied.outcomes().get(0);
                Optional<String> wrong = reference.check(e, outcome, before, state);
                if (wrong.isPresent()) {
                    return "seed " + seed + ", command " + i + ": " + wrong.get();
                }
            } catch (IllegalStateException broken) {
                return "seed " + seed + ", command " + i + ": " + broken.getMessage() + ", by " + e.command();
            }
            if (i % INVARIANTS_EVERY == 0 && !Invariants.violations(state).isEmpty()) {
                return "seed " + seed + ", command " + i + ": "
                        + Invariants.violations(state).getFirst();
            }
        }
        return null;
    }
}
