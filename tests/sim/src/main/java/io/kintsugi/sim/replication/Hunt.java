package io.kintsugi.sim.replication;

import io.kintsugi.mutants.Catalog;
import io.kintsugi.mutants.Mutant;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import io.kintsugi.sim.bugs.Bugs;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongFunction;

/** Looks for a seed that breaks a law, with a bug planted or without. */
public final class Hunt {
    /** The search as it is made in a product of its own, whose classes may have been edited. Gives the failure of a seed, or null. */
    public static final class InMutant implements LongFunction<String> {
        private final Simulation simulation = new Simulation(Bug.NONE);

        @Override
        public String apply(long seed) {
            Simulation.Failure failure = simulation.run(seed);
            return failure == null ? null : failure.toString();
        }
    }

    /** @param report begins with the seed and the law */
    public record Found(long seed, String law, String report) {}

    private final String bug;
    private final LongFunction<String> search;

    /** @param bug name of one of {@link Bugs#ofProtocol} or of {@link Bug} */
    public Hunt(String bug) {
        this.bug = bug;
        Optional<Bug> own =
                Arrays.stream(Bug.values()).filter(b -> b.name().equals(bug)).findFirst();
        if (own.isPresent()) {
            Simulation simulation = new Simulation(own.get());
            search = seed -> {
                Simulation.Failure failure = simulation.run(seed);
                return failure == null ? null : failure.toString();
            };
        } else {
            search = Mutant.of(bugOf(bug), Sources.here()).search(InMutant.class.getName());
        }
    }

    private static PlantedBug bugOf(String name) {
        return Catalog.named(Bugs.ofProtocol(), name)
                .orElseThrow(() ->
                        new IllegalArgumentException("no bug is named " + name + "; there are " + Bugs.ofProtocol()));
    }

    /** The first of {@code from .. from + count - 1} that breaks a law. */
    public Optional<Found> first(long from, long count) {
        for (long seed = from; seed < from + count; seed++) {
            String report = search.apply(seed);
            if (report != null) {
                String law = report.substring(Simulation.Failure.heading(seed).length());
                return Optional.of(new Found(seed, law, report + (bug.equals("NONE") ? "" : " -Dsim.bug=" + bug)));
            }
        }
        return Optional.empty();
    }
}
