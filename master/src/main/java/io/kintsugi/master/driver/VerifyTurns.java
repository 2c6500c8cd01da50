package io.kintsugi.master.driver;

import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is to be compared, so that every partition has one in each interval. A turn is a partition's place in the interval by the wall
 * clock: a new leader goes on where the last one was, without anybody's having stored anything.
 */
final class VerifyTurns {
    private static final long LEAST = Duration.ofSeconds(1).toMillis();
    /** Ids that are looked at in a step: after a jump of the clock the rest follows in the next steps. */
    private static final int STEP = 1024;

    private static final int NOWHERE = -1;

    private int last;
    /** The last id whose turn has come. */
    private int at = NOWHERE;

    /** Ids are given out in order, and few of them are gone. */
    void known(int partition) {
        last = Math.max(last, partition);
    }

    /** Whose turn has come since the last call. */
    List<Integer> due(View view) {
        int to = place(view);
        if (at == NOWHERE || to == NOWHERE) {
            at = to;
            return List.of();
        }
        List<Integer> due = new ArrayList<>();
        for (int i = 0; at != to && i < STEP; i++) {
            at = at >= last ? 0 : at + 1;
            due.add(at);
        }
        return due;
    }

    private int place(View view) {
        long interval = view.setting(Setting.PARTITION_VERIFY_INTERVAL_MS);
        return interval == 0
                ? NOWHERE
                : (int) ((double) Math.floorMod(view.nowMillis(), interval) / interval * (last + 1));
    }

    /** Until the next call, milliseconds. */
    long pause(View view) {
        return Math.max(LEAST, view.setting(Setting.PARTITION_VERIFY_INTERVAL_MS) / (last + 1));
    }
}
