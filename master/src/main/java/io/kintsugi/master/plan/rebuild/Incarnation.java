package io.kintsugi.master.plan.rebuild;

import java.util.Comparator;

/**
 * Which of the tables that have had an id: after a rebuilding that missed one, the same id may have been given out again.
 *
 * @param generation of the masters that made it
 * @param createdAt milliseconds since the epoch
 */
record Incarnation(long generation, long createdAt) implements Comparable<Incarnation> {
    private static final Comparator<Incarnation> ORDER =
            Comparator.comparingLong(Incarnation::generation).thenComparingLong(Incarnation::createdAt);

    @Override
    public int compareTo(Incarnation other) {
        return ORDER.compare(this, other);
    }
}
