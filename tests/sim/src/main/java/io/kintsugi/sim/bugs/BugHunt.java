package io.kintsugi.sim.bugs;

import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.cluster.ClusterHunt;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Hunts planted bugs with the whole cluster, and says for each which seed found it by which law: {@code BugHunt [--seeds N] [--from S] [NAME …]};
 * without names those that {@link Bugs#ofCluster} lists. Lines that end with {@code found} make {@code found.seeds}.
 */
public final class BugHunt {
    private BugHunt() {}

    public static void main(String[] args) {
        int seeds = 400;
        long from = 1;
        int at = 0;
        for (; at + 1 < args.length && args[at].startsWith("--"); at += 2) {
            switch (args[at]) {
                case "--seeds" -> seeds = Integer.parseInt(args[at + 1]);
                case "--from" -> from = Long.parseLong(args[at + 1]);
                default -> throw new IllegalArgumentException("unknown option " + args[at] + ": --seeds N --from S");
            }
        }
        List<String> names = Arrays.asList(args).subList(at, args.length);
        List<PlantedBug> bugs = (names.isEmpty() ? Bugs.ofCluster() : Bugs.all())
                .stream()
                        .filter(bug -> names.isEmpty() || names.contains(bug.name()))
                        .toList();
        for (PlantedBug bug : bugs) {
            hunt(bug, from, seeds);
        }
    }

    private static void hunt(PlantedBug bug, long from, int seeds) {
        double cpu = cpu();
        LongFunction<String> search = Mutant.of(bug, Sources.here()).search(ClusterHunt.class.getName());
        String found = null;
        long seed = from - 1;
        while (found == null && seed < from + seeds - 1) {
            found = search.apply(++seed);
        }
        System.out.printf(
                "%-26s %-9s %5s  %5.1f s  %s%n",
                bug,
                bug.area(),
                found == null ? "-" : seed,
                cpu() - cpu,
                found == null ? "NOT FOUND" : firstLine(found));
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    private static double cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }
}
