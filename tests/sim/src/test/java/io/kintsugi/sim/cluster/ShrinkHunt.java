package io.kintsugi.sim.cluster;

import java.util.function.LongFunction;

/**
 * For a product with a planted bug: runs a seed, and if that breaks a law makes the failure smaller and repeats what is left. Gives how many
 * strikes and verbs are left, the command that repeats it, and what was broken then; null when no law was broken.
 */
public final class ShrinkHunt implements LongFunction<String> {
    private static final int RUNS = 30;

    @Override
    public String apply(long seed) {
        ClusterSim sim = new ClusterSim(null);
        ClusterSim.Failure failure = sim.run(seed);
        if (failure == null) {
            return null;
        }
        ClusterSim.Failure shrunk = sim.shrunk(failure, RUNS);
        Selection left = shrunk.selection();
        ClusterSim.Failure again = new ClusterSim(null, left).run(seed);
        return (left.faults() == null ? -1 : left.faults().size() + left.verbs().size()) + "\n" + shrunk.command()
                + "\n" + failure.kind() + "\n" + (again == null ? "none" : again.kind());
    }
}
