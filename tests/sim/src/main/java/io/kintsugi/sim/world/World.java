package io.kintsugi.sim.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Virtual time: events run one after the other in the caller's thread, ordered by (time, number of their making). All randomness comes from
 * the seed, by {@link #random}; after every event the laws are asked.
 */
public final class World {
    /** More events than this at one instant: somebody calls himself in a circle. */
    private static final int INSTANT_LIMIT = 200_000;

    private record Event(long at, long number, String kind, String subject, Runnable action)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final long seed;
    private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
    private final List<Runnable> laws = new ArrayList<>();
    private final Trace trace;
    private final Counts counts = new Counts();
    private long now;
    private long numbers;
    private long atThisInstant;
    private LawBroken broken;

    public World(long seed) {
        this(seed, 0);
    }

    /** @param remembered how many of the last events can be told afterwards; 0 is faster. The run is the same. */
    public World(long seed, int remembered) {
        this.seed = seed;
        this.trace = new Trace(remembered);
    }

    public long seed() {
        return seed;
    }

    /** Nanoseconds of true time since the run began. Processes have clocks of their own ({@link SimClock}). */
    public long now() {
        return now;
    }

    /**
     * Random numbers for one use, a function of the seed and the name alone: a draw more in one place shifts none elsewhere.
     */
    public SplittableRandom random(String use) {
        return new SplittableRandom(Trace.mix(seed ^ Trace.hash(use)));
    }

    /**
     * Runs the action after so many nanoseconds of true time.
     *
     * @param kind what is counted, such as {@code "message"}
     * @param subject whom it concerns, such as {@code "d3"} or {@code "p17"}
     */
    public void after(long nanos, String kind, String subject, Runnable action) {
        queue.add(new Event(now + Math.max(0, nanos), numbers++, kind, subject, action));
    }

    /** Counts what is no event of its own: a fault, a lost message. It goes into the trace hash. */
    public void count(String kind, String subject) {
        counts.add(kind);
        trace.took(now, kind, subject);
    }

    /** Says what happens, for the report of a failure; asked for only when events are remembered. */
    public void note(String subject, Supplier<String> what) {
        trace.note(now, subject, what);
    }

    /** To be checked after every event; throws by {@link #broken}. */
    public void law(Runnable check) {
        laws.add(check);
    }

    /** Ends the run, also when product code between here and {@link #step} catches what is thrown. */
    public LawBroken broken(String law, String what) {
        fail(law, what);
        throw broken;
    }

    /** Ends the run when the present event is over. */
    public void fail(String law, String what) {
        if (broken == null) {
            broken = new LawBroken(law, what);
        }
    }

    /** Runs the next event; false when there is none. */
    public boolean step() {
        Event event = queue.poll();
        if (event == null) {
            return false;
        }
        atThisInstant = event.at == now ? atThisInstant + 1 : 0;
        if (atThisInstant > INSTANT_LIMIT) {
            broken("7", "time stands still at " + now + " ns: " + event.kind + " of " + event.subject + " for ever");
        }
        now = event.at;
        counts.add(event.kind);
        trace.took(now, event.kind, event.subject);
        event.action.run();
        for (int i = 0; i < laws.size(); i++) {
            laws.get(i).run();
        }
        if (broken != null) {
            throw broken;
        }
        return true;
    }

    /** Runs events until the condition holds; false when it doesn't within so much time. */
    public boolean runUntil(Duration bound, BooleanSupplier condition) {
        long deadline = now + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (queue.isEmpty() || queue.peek().at > deadline) {
                now = Math.max(now, deadline);
                return false;
            }
            step();
        }
        return true;
    }

    public void run(Duration time) {
        runUntil(time, () -> false);
    }

    public Trace trace() {
        return trace;
    }

    public Counts counts() {
        return counts;
    }
}
