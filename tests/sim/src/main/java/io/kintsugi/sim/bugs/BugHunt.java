package io.kintsugi.sim.bugs;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.cluster.ClusterHunt;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Hunts planted bugs with the whole cluster, and says for each which seed found it by which law: {@code [--seeds N] [--write CHECKOUT]
 * [NAME …]};
 * without names those that {@link Bugs#ofCluster} lists. It tries first the seed that found a bug last, then 1, 2, 3 …; {@code --write}
 * notes the
 * seeds. Ends with 1 when one isn't found.
 */
public final class BugHunt {
    /** Seeds for each bug. */
    public static final int BUDGET = 400;

    /** @param law and what is wrong; null: not found */
    public record Result(PlantedBug bug, long seed, String law, double cpuSeconds) {
        @Override
        public String toString() {
            String how = law == null ? "NOT FOUND" : law.lines().findFirst().orElse("");
            return String.format(
                    "%-29s %-9s %5s %6.1f s  %s",
                    bug,
                    bug.area(),
                    law == null ? "-" : seed,
                    cpuSeconds,
                    how.substring(0, Math.min(TOLD, how.length())));
        }
    }

    private static final int TOLD = 200;

    private BugHunt() {}

    public static void main(String[] args) {
        int seeds = BUDGET;
        Path checkout = null;
        int at = 0;
        for (; at + 1 < args.length && args[at].startsWith("--"); at += 2) {
            switch (args[at]) {
                case "--seeds" -> seeds = Integer.parseInt(args[at + 1]);
                case "--write" -> checkout = Path.of(args[at + 1]);
                default ->
                    throw new IllegalArgumentException(
                            "unknown option " + args[at] + ": --seeds N --write CHECKOUT NAME …");
            }
        }
        List<String> names = Arrays.asList(args).subList(at, args.length);
        FoundSeeds known = FoundSeeds.read();
        boolean all = true;
        for (PlantedBug bug : names.isEmpty() ? Bugs.ofCluster() : Bugs.all()) {
            if (names.isEmpty() ? known.hidden(bug.name()) != null : !names.contains(bug.name())) {
                continue;
            }
            Result result = hunt(bug, known.seed(bug.name()), seeds);
            System.out.println(result);
            all &= result.law != null;
            if (checkout != null && result.law != null) {
                known.found(bug.name(), result.seed, law(result));
                known.write(checkout);
            }
        }
        if (!all) {
            throw new IllegalStateException("not every bug was found: see the lines above");
        }
    }

    private static String law(Result result) {
        return result.law.substring(0, Math.max(0, result.law.indexOf(':')));
    }

    /** @param first tried first, then seeds from 1 */
    public static Result hunt(PlantedBug bug, long first, int seeds) {
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
