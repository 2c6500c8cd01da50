package io.kintsugi.master.plan;

import io.kintsugi.master.view.View;
import java.util.List;

/**
 * What a decommission would do now, by the same rules that will act: nothing of it is a promise, since the cluster goes on changing. As the API
 * shows it.
 *
 * @param bytes to be copied
 * @param leastRedundancy the least number of in-sync replicas that any of the partitions has on the way; 0 when there is none
 * @param moves in order; those that can't go, last
 */
public record DrainPlan(
        String target,
        boolean possible,
        int partitions,
        long bytes,
        int leastRedundancy,
        List<Step> moves,
        List<Blocker> blockers,
        List<String> notes) {
    /**
     * One move.
     *
     * @param order from 1; 0 when it can't go now
     * @param wave moves of one wave run at once: as many as tokens and incoming copies allow
     * @param destination {@code d2:/data/1}, or null
     * @param inSyncLeast on the way: a move adds before it removes
     * @param reason why it can't go now, or ""
     */
    public record Step(
            int order,
            int wave,
            String partition,
            long bytes,
            String source,
            String destination,
            int inSyncNow,
            int inSyncLeast,
            String reason,
            String message) {}

    /** A partition that can't be moved without somebody's doing something. */
    public record Blocker(String partition, String reason, String message) {}

    public static DrainPlan of(View view, Target target) {
        return new Rehearsal(view, target).plan();
    }
}
