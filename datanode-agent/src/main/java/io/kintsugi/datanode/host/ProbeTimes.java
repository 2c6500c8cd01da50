package io.kintsugi.datanode.host;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** How long a disk's last probes took: the same small synced write on every disk, so that disks can be compared, busy or not. Thread-safe. */
final class ProbeTimes {
    /** Of the last minute, when a disk is looked at every five seconds. */
    private static final int KEPT = 12;

    private static final int ENOUGH = 4;
    /** No disk is called slow for less, whatever the others do. */
    private static final long SLOW_NANOS = Duration.ofMillis(50).toNanos();

    private static final int TIMES_SLOWER = 5;

    private final long[] nanos = new long[KEPT];
    private int taken;

    synchronized void add(long took) {
        nanos[taken++ % KEPT] = took;
    }

    /** In nanoseconds; -1 while there are too few. */
    synchronized long median() {
        if (taken < ENOUGH) {
            return -1;
        }
        long[] sorted = Arrays.copyOf(nanos, Math.min(taken, KEPT));
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /**
     * Why the disk seems slow, or "": its median against the median of the others' medians.
     *
     * @param others medians of the node's other disks; without any there is nothing to compare with
     */
    static String suspect(long own, List<Long> others) {
        long[] known =
                others.stream().filter(n -> n >= 0).mapToLong(n -> n).sorted().toArray();
        if (own < SLOW_NANOS || known.length == 0) {
            return "";
        }
        long usual = known[known.length / 2];
        return own < TIMES_SLOWER * usual
                ? ""
                : "a small synced write takes " + Duration.ofNanos(own).toMillis()
                        + " ms, on the datanode's other disks "
                        + Duration.ofNanos(usual).toMillis() + " ms";
    }
}
