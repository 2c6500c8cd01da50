package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Trouble;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and when a broken disk is decommissioned by the master itself: an interval after it was first seen broken, in which people may still
 * mend it; after a failure not before a pause that doubles; never against an operator's cancel.
 *
 * @param due milliseconds since the epoch; {@link #NEVER} while something stands against it
 * @param reason stable code
 */
public record AutoDecommission(long due, String reason, String message) {
    public static final long NEVER = Long.MAX_VALUE;
    private static final long LONGEST_PAUSE = Duration.ofHours(1).toMillis();
    private static final long SHORTEST_PAUSE = Duration.ofSeconds(1).toMillis();

    /** Empty when there is nothing to decommission by itself: the disk works, or is drained already, or is being. */
    public static Optional<AutoDecommission> of(View view, Disk d) {
        boolean asked = d.drain() != DrainState.NONE
                || view.cluster().node(d.node()).map(Node::drain).orElse(DrainState.NONE) != DrainState.NONE;
        if (d.status() != DiskStatus.UNAVAILABLE || asked) {
            return Optional.empty();
        }
        Trouble trouble = d.trouble();
        if (trouble.leftAlone()) {
            return Optional.of(new AutoDecommission(
                    NEVER, "LEFT_ALONE", "its decommission was cancelled, so none is begun by itself"));
        }
        if (!view.cluster().settings().on(Setting.ENABLE_AUTO_DECOMMISSION)) {
            return Optional.of(new AutoDecommission(
                    NEVER, "AUTO_DECOMMISSION_OFF", Setting.ENABLE_AUTO_DECOMMISSION.key() + " is false"));
        }
        if (!AutoFailover.on(view)) {
            return Optional.of(new AutoDecommission(
                    NEVER, AutoFailover.OFF, "automatic failover is off: disk decommission does it"));
        }
        if (view.braked()) {
            return Optional.of(new AutoDecommission(
                    NEVER, "AUTOMATIC_WORK_STOPPED", "automatic work is stopped until cluster release-brake"));
        }
        long interval = view.setting(Setting.AUTO_DECOMMISSION_DISK_INTERVAL_MS);
        if (trouble.failures() == 0) {
            return Optional.of(new AutoDecommission(
                    trouble.since() + interval,
                    "DISK_INTERVAL",
                    "it is decommissioned by itself " + interval + " ms after it was first seen broken"));
        }
        long pause = pause(interval, trouble.failures());
        return Optional.of(new AutoDecommission(
                trouble.failedAt() + pause,
                "BACKOFF",
                trouble.failures() + " decommissions of it have failed; the next is begun by itself " + pause
                        + " ms after the last"));
    }

    /** For people, at a glance. */
    public String text(View view) {
        return due == NEVER
                ? message
                : "in " + Math.max(0, due - view.nowMillis()) / 1000 + " s"
                        + (reason.equals("BACKOFF") ? ": " + message : "");
    }

    /** Doubles with each failure, from the interval on. */
    static long pause(long interval, int failures) {
        long first = Math.max(SHORTEST_PAUSE, Math.min(interval, LONGEST_PAUSE));
        return Math.min(LONGEST_PAUSE, first << Math.min(failures, 20));
    }
}
