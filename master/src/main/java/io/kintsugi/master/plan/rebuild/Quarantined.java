package io.kintsugi.master.plan.rebuild;

import java.util.Comparator;

/**
 * A replica that was found and that the plan doesn't name: it is kept as it is until an operator says otherwise.
 *
 * @param why stable, UPPER_SNAKE
 */
public record Quarantined(long replica, int partition, int node, int disk, String why) {
    /** Its table's id was that of a newer table. */
    static final String OLDER_TABLE = "OLDER_TABLE";
    /** Its slot has a newer partition. */
    static final String OLDER_PARTITION = "OLDER_PARTITION";
    /** Its table has no such slot. */
    static final String OUT_OF_RANGE = "OUT_OF_RANGE";
    /** Another replica with its id is newer. */
    static final String REPLICA_TWICE = "REPLICA_TWICE";
    /** It is lost, corrupt, or was still being copied. */
    static final String NOT_WHOLE = "NOT_WHOLE";
    /** The newest configuration doesn't name it, or one that lacks fewer writes is gone on with. */
    static final String NOT_CHOSEN = "NOT_CHOSEN";

    static final Comparator<Quarantined> ORDER = Comparator.comparingInt(Quarantined::partition)
            .thenComparingLong(Quarantined::replica)
            .thenComparingInt(Quarantined::node)
            .thenComparingInt(Quarantined::disk);

    static Quarantined of(Copy c, String why) {
        return new Quarantined(c.replica(), c.partition(), c.node(), c.disk(), why);
    }
}
