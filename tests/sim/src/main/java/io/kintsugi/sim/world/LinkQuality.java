package io.kintsugi.sim.world;

import java.util.SplittableRandom;

/**
 * How one direction between two machines behaves.
 *
 * @param minDelay nanoseconds
 * @param maxDelay exclusive
 * @param loss share of datagrams and calls that are lost
 * @param duplicates share of datagrams that come twice
 * @param late share of messages that take up to {@code latest}; datagrams overtake each other by it
 */
public record LinkQuality(long minDelay, long maxDelay, double loss, double duplicates, double late, long latest) {
    /** Nothing goes wrong: 0.1 to 1 ms. */
    public static final LinkQuality GOOD = new LinkQuality(100_000, 1_000_000, 0, 0, 0, 0);

    long delay(SplittableRandom random) {
        return late > 0 && random.nextDouble() < late
                ? random.nextLong(latest) + 1
                : random.nextLong(minDelay, maxDelay);
    }
}
