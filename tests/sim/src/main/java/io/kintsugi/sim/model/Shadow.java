package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import java.util.List;
import java.util.Optional;

/**
 * Goes along with the masters' log: each command of it is given to a core of its own, one at a time, and to the naive model. The core must give
 * what the masters got from the whole entry, the model must agree, and no command may break a law by itself.
 */
public final class Shadow {
    /** Everything is compared after every so many commands, what was touched after each. */
    private static final int THOROUGH = 32;

    private final MasterCore core = new MasterCore();
    private final Reference reference = new Reference(THOROUGH);
    private ClusterState state = core.empty();

    /**
     * Takes the next entry.
     *
     * @param digest of the masters' state after it
     * @return which law is broken, or null
     */
    public StepLaws.Broken take(LogPosition at, List<Envelope> commands, List<Outcome> outcomes, long digest) {
        for (int i = 0; i < commands.size(); i++) {
            StepLaws.Broken broken = one(at, commands.get(i), outcomes.get(i));
            if (broken != null) {
                return broken;
            }
        }
        return state.digest() == digest
                ? null
                : new StepLaws.Broken(
                        "5", "the commands of entry " + at + " one by one give another state: " + commands);
    }

    private StepLaws.Broken one(LogPosition at, Envelope e, Outcome outcome) {
        if (e.command() instanceof Command.VerifyDigest) {
            return null; // about entries, which this core takes in pieces
        }
        ClusterState before = state;
        Applied applied = core.apply(at, List.of(e));
        state = applied.state();
        if (!applied.outcomes().getFirst().equals(outcome)) {
            return new StepLaws.Broken(
                    "5",
                    e + " gave " + outcome + ", and by itself "
                            + applied.outcomes().getFirst());
        }
        StepLaws.Broken broken = StepLaws.broken(e.command(), before, state);
        if (broken != null) {
            return broken;
        }
        Optional<String> wrong = reference.check(e, outcome, before, state);
        return wrong.map(what -> new StepLaws.Broken("model", what)).orElse(null);
    }
}
