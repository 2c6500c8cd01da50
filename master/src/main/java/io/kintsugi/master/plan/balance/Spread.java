package io.kintsugi.master.plan.balance;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * How uneven it is, over the datanodes and disks that are in use.
 *
 * @param primaries of a datanode
 * @param fill of a disk: what its replicas weigh, over its size, in percent
 * @param replicas of a disk
 */
public record Spread(Range primaries, Range fill, Range replicas) {
    /** The two ends, and who they are; no names where there is nobody. */
    public record Range(double least, String leastOf, double most, String mostOf, double mean) {
        private static final Range NOBODY = new Range(0, "", 0, "", 0);

        static <T> Range of(Collection<T> all, ToDoubleFunction<T> value, Function<T, String> name, double mean) {
            T least = null;
            T most = null;
            for (T t : all) {
                least = least == null || value.applyAsDouble(t) < value.applyAsDouble(least) ? t : least;
                most = most == null || value.applyAsDouble(t) > value.applyAsDouble(most) ? t : most;
            }
            return least == null
                    ? NOBODY
                    : new Range(
                            rounded(value.applyAsDouble(least)),
                            name.apply(least),
                            rounded(value.applyAsDouble(most)),
                            name.apply(most),
                            rounded(mean));
        }

        private static double rounded(double value) {
            return Math.round(value * 1000) / 1000.0;
        }

        public double gap() {
            return most - least;
        }
    }
}
