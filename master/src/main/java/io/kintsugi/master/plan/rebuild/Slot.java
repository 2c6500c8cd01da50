package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

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
        } else if (p.epoch() == newest.epoch() && !same(p, newest)) {
            contradicted = true;
            newest = NEWNESS.compare(p, newest) > 0 ? p : newest;
        }
    }

    /** As {@code equals}, for what a configuration says; asked for each replica, and several times as fast. */
    private static boolean same(Partition a, Partition b) {
        return a.id() == b.id()
                && a.primary() == b.primary()
                && a.leaving() == b.leaving()
                && a.target() == b.target()
                && a.inSync().equals(b.inSync())
                && Objects.equals(a.joining(), b.joining())
                && same(a.members(), b.members());
    }

    private static boolean same(List<Member> a, List<Member> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            Member x = a.get(i);
            Member y = b.get(i);
            boolean equal = x.replica() == y.replica()
                    && x.node() == y.node()
                    && x.disk() == y.disk()
                    && x.leftEpoch() == y.leftEpoch();
            if (!equal) {
                return false;
            }
        }
        return true;
    }
}
