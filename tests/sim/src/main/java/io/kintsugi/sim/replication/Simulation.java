package io.kintsugi.sim.replication;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs seeds and keeps the count. */
public final class Simulation {
    /** What was found, and how to see it again. */
    public record Failure(long seed, String law, List<String> events) {
        /** The command that repeats it; with a planted bug, its name belongs behind it. */
        public String command() {
            return "mvn -q -pl tests/sim -am test -Dtest=ReplicationSimTest -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed="
                    + seed;
        }

        static String heading(long seed) {
            return "seed " + seed + " breaks ";
        }

        @Override
        public String toString() {
            return heading(seed) + law + "\n  the last events:\n    " + String.join("\n    ", events)
                    + "\n  repeat it: " + command();
        }
    }

    private final Bug bug;
    private final long[] counts = new long[Kind.values().length];
    private long seeds;
    private long hopeless;
    private long writes;
    private long reads;
    private long moves;
    private long epochs;

    public Simulation(Bug bug) {
        this.bug = bug;
    }

    /** Runs one seed; null if every law held. */
    public Failure run(long seed) {
        World world = new World(seed, bug, false);
        String broken = broken(world);
        seeds++;
        for (int i = 0; i < counts.length; i++) {
            counts[i] += world.counts[i];
        }
        writes += world.clients.writesDone;
        reads += world.clients.readsDone;
        moves += world.master.moves;
        epochs += world.master.epoch();
        if (broken == null) {
            return null;
        }
        World again = new World(seed, bug, true);
        return new Failure(seed, broken(again), again.lastEvents());
    }

    private String broken(World world) {
        try {
            if (!world.run()) {
                hopeless++;
            }
            return null;
        } catch (LawBroken law) {
            return law.getMessage();
        } catch (IllegalStateException | IndexOutOfBoundsException | NullPointerException e) {
            // a machine that trips over its own state has broken the rules as well
            return "CRASH: " + e
                    + Stream.of(e.getStackTrace())
                            .filter(at -> at.getClassName().startsWith("io.kintsugi"))
                            .limit(8)
                            .map(at -> "\n    at " + at)
                            .collect(Collectors.joining());
        }
    }

    /** The first seed of {@code from .. from + count - 1} that breaks a law; null if none does. */
    public Failure search(long from, long count) {
        for (long seed = from; seed < from + count; seed++) {
            Failure failure = run(seed);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    public long seeds() {
        return seeds;
    }

    public long events() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    public String summary() {
        StringBuilder kinds = new StringBuilder();
        for (Kind kind : Kind.values()) {
            kinds.append(kinds.isEmpty() ? "" : " ").append(kind).append('=').append(counts[kind.ordinal()]);
        }
        return seeds + " seeds, " + events() + " events, " + writes + " writes acknowledged, " + reads
                + " reads answered, " + epochs + " epochs, " + moves + " moves, " + hopeless
                + " seeds ended because no in-sync disk was left\n  " + kinds;
    }
}
