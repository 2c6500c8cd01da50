package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One hash slot of a table: the newest configuration that any replica has stored, and all replicas that were found. */
final class Slot {
    /** An epoch has one configuration; should there be two, the order is arbitrary, but always the same. */
    private static final Comparator<Partition> NEWNESS =
            Comparator.comparingLong(Partition::epoch).thenComparing(Partition::toString);

    private Partition newest;
    private boolean contradicted;
    private final List<Copy> copies = new ArrayList<>(3);

    Partition newest() {
        return newest;
    }

    /** Whether the newest epoch was found with two different configurations. */
    boolean contradicted() {
        return contradicted;
    }

    List<Copy> copies() {
        return copies;
    }

    void add(Copy copy, Partition stored) {
        stored(stored);
        for (int i = 0; i < copies.size(); i++) {
            if (copies.get(i).sameReplica(copy)) {
                if (Copy.NEWER.compare(copy, copies.get(i)) > 0) {
                    copies.set(i, copy);
                }
                return;
            }
        }
        copies.add(copy);
    }

    private void stored(Partition p) {
        if (newest == null || p.epoch() > newest.epoch()) {
            newest = p;
            contradicted = false;
        } else if (p.epoch() == newest.epoch() && !p.equals(newest)) {
            contradicted = true;
            newest = NEWNESS.compare(p, newest) > 0 ? p : newest;
        }
    }
}
