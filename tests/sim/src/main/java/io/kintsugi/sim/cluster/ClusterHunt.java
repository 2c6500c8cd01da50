package io.kintsugi.sim.cluster;

import java.util.function.LongFunction;

/** Runs one seed of the whole cluster, and says which law was broken; null for none. For a search in a product with a planted bug. */
public final class ClusterHunt implements LongFunction<String> {
    private final ClusterSim sim = new ClusterSim(null);

    @Override
    public String apply(long seed) {
        return sim.broken(seed);
    }
}
