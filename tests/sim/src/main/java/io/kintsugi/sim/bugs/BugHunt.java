package io.kintsugi.sim.bugs;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.cluster.ClusterHunt;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.LongFunction;

/** Hunts one planted bug with the whole cluster. */
final class BugHunt {
    /** Seeds for each bug. */
    static final int BUDGET = 400;

    private static final int TOLD = 200;

    /** @param law and what is wrong; null: not found */
    record Result(PlantedBug bug, long seed, String law, double cpuSeconds) {
        boolean found() {
            return law != null;
        }

        @Override
        public String toString() {
            String how = law == null ? "NOT FOUND" : law.lines().findFirst().orElse("");
            return String.format(
                    Locale.ROOT,
                    "%-29s %-9s %5s %6.1f s  %s",
                    bug,
                    bug.area(),
                    law == null ? "-" : seed,
                    cpuSeconds,
                    how.substring(0, Math.min(TOLD, how.length())));
        }
    }

    private BugHunt() {}

    /**
     * Tries the first seed, then 1, 2, 3 …
     *
     * @param first the one that found it last
     * @param seeds how many are tried
     */
    static Result hunt(PlantedBug bug, long first, int seeds) {
        double cpu = cpu();
        LongFunction<String> search = Mutant.of(bug, Sources.here()).search(ClusterHunt.class.getName());
        long seed = first;
        String found = byTheBug(search, first);
        for (long n = 1; found == null && n <= seeds; n++) {
            seed = n;
            found = n == first ? null : byTheBug(search, n);
        }
        return new Result(bug, seed, found, cpu() - cpu);
    }

    /** What fails without the bug too shows nothing. */
    private static String byTheBug(LongFunction<String> search, long seed) {
        String found = search.apply(seed);
        return found != null && new ClusterHunt().apply(seed) == null ? found : null;
    }

    private static double cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }
}
