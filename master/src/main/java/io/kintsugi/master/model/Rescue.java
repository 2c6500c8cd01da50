package io.kintsugi.master.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * What the recovery of all data after a disaster is about. Kept with its op, so that what was switched off for it is put back by the command
 * that ends the op, whoever dies on the way.
 *
 * @param autoFailover whether automatic failover was on when it began, and is to be on when it ends
 * @param waitMillis how long each forced recovery that it begins waits for better replicas that aren't reached
 * @param choices partition ids, ascending: those that may go on with a replica that isn't in-sync, since their operator was told what that may
 *     cost. It holds once for each
 */
public record Rescue(boolean autoFailover, long waitMillis, List<Integer> choices) {
    public Rescue {
        choices = List.copyOf(choices);
    }

    public boolean chooses(int partition) {
        return Collections.binarySearch(choices, partition) >= 0;
    }

    /** Asked for again: what may be chosen is added, the longer wait holds. */
    public Rescue and(long wait, Collection<Integer> more) {
        TreeSet<Integer> all = new TreeSet<>(choices);
        all.addAll(more);
        return new Rescue(autoFailover, Math.max(waitMillis, wait), List.copyOf(all));
    }
}
