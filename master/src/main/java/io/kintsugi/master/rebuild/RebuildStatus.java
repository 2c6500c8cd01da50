package io.kintsugi.master.rebuild;

import io.kintsugi.master.plan.rebuild.RebuildPlan;
import org.jspecify.annotations.Nullable;

/**
 * How far a recovery is.
 *
 * @param id random, of this attempt
 * @param answered datanodes that have answered or failed, of those that are asked in this phase
 * @param replicas that were told in this phase
 * @param startedAt milliseconds since the epoch
 * @param endedAt milliseconds since the epoch; 0: it runs
 * @param result {@code ERR_...}; "" while it runs
 * @param message why it ended so, for an operator; "" when the plan's hints say it
 * @param plan as it is carried out, or would be; null until there is one
 */
public record RebuildStatus(
        String id,
        RebuildRequest request,
        Phase phase,
        int answered,
        long replicas,
        long startedAt,
        long endedAt,
        String result,
        String message,
        @Nullable RebuildPlan plan) {

    /** What is being done, in this order. */
    public enum Phase {
        /** Datanodes say what they have. Nothing is changed. */
        COLLECTING,
        /** Datanodes are told to refuse the masters of before. */
        FENCING,
        /** They say again what they have: now configurations can't change any more. */
        COLLECTING_AGAIN,
        /** The new group is made. */
        COMMITTING,
        ENDED
    }

    public boolean ended() {
        return phase == Phase.ENDED;
    }
}
