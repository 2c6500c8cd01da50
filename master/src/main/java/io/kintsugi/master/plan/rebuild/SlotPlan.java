package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The partition of one slot (DESIGN section 6, rule 19). The newest stored configuration counts. Those of its in-sync members that were found
 * hold every committed entry; without any, the one that left last goes on alone, and is said to.
 */
final class SlotPlan {
    private final Table table;
    private final Slot slot;
    private final Partition newest;
    private final long generation;
    private final List<Hint> hints;
    private final List<Quarantined> quarantined;
    private final String name;

    SlotPlan(Table table, Slot slot, long generation, List<Hint> hints, List<Quarantined> quarantined) {
        this.table = table;
        this.slot = slot;
        newest = slot.newest();
        this.generation = generation;
        this.hints = hints;
        this.quarantined = quarantined;
        name = "partition(" + table.id() + "." + newest.index() + ")";
    }

    /** The first epoch of a generation. */
    static long first(long generation) {
        return generation << ReplicaFound.EPOCH_BITS;
    }

    /** Null when nothing was found that could be gone on with. */
    Partition partition() {
        if (slot.contradicted()) {
            hints.add(Hint.warning(
                    "EPOCH_TWICE", name + " has two configurations of epoch " + newest.epoch() + ", may lost data"));
        }
        List<Copy> usable = usable();
        List<Copy> inSync = usable.stream()
                .filter(c -> newest.isInSync(c.replica())
                        && newest.member(c.replica()).isPresent())
                .toList();
        if (!inSync.isEmpty()) {
            return goesOn(usable, inSync);
        }
        List<Copy> worth = usable.stream()
                .filter(c -> c.lastIndex() > 0 || leftEpoch(c) > Member.NEVER)
                .toList();
        Optional<Copy> best =
                worth.stream().max(Comparator.comparingLong(this::leftEpoch).thenComparing(Copy.BY_LOG));
        usable.stream()
                .filter(c -> best.filter(b -> b == c).isEmpty())
                .forEach(c -> quarantined.add(Quarantined.of(c, Quarantined.NOT_CHOSEN)));
        return best.map(c -> survives(c, worth.size())).orElse(null);
    }

    private List<Copy> usable() {
        TreeMap<Long, Copy> newestOf = new TreeMap<>();
        List<Copy> sorted = new ArrayList<>(slot.copies());
        sorted.sort(Copy.NEWER); // hints come in the same order, whoever answered first
        for (Copy c : sorted) {
            Copy other = newestOf.get(c.replica());
            newestOf.put(c.replica(), c);
            if (other != null) {
                quarantined.add(Quarantined.of(other, Quarantined.REPLICA_TWICE));
                hints.add(Hint.warning(
                        Quarantined.REPLICA_TWICE, name + " has replica " + c.replica() + " twice, use the newer"));
            }
        }
        List<Copy> usable = new ArrayList<>();
        for (Copy c : newestOf.values()) {
            if (c.partition() != newest.id()) {
                quarantined.add(Quarantined.of(c, Quarantined.OLDER_PARTITION));
                hints.add(Hint.warning(
                        Quarantined.OLDER_PARTITION,
                        name + " is partition " + newest.id() + " now, keep replica " + c.replica() + " of partition "
                                + c.partition() + " aside"));
            } else if (!c.whole()) {
                quarantined.add(Quarantined.of(c, Quarantined.NOT_WHOLE));
            } else {
                usable.add(c);
            }
        }
        return usable;
    }

    /** All in-sync ones will do; the longest log, since it has the least to be asked for. */
    private Partition goesOn(List<Copy> usable, List<Copy> inSync) {
        List<Member> members = new ArrayList<>();
        for (Copy c : usable) {
            boolean holds = inSync.contains(c);
            boolean member = newest.members().stream().anyMatch(m -> m.replica() == c.replica());
            if (holds || member) {
                members.add(
                        new Member(c.replica(), c.node(), c.disk(), holds ? 0 : Math.max(Member.NEVER, leftEpoch(c))));
            } else {
                quarantined.add(Quarantined.of(c, Quarantined.NOT_CHOSEN));
            }
        }
        Copy primary = inSync.stream()
                .max(Comparator.comparingLong(Copy::lastEpoch)
                        .thenComparingLong(Copy::lastIndex)
                        .thenComparing(c -> c.replica() == newest.primary())
                        .thenComparing(Copy.BY_LOG))
                .orElseThrow();
        count(members.size());
        List<Long> ids = inSync.stream().map(Copy::replica).sorted().toList();
        return made(members, ids, primary.replica());
    }

    private Partition survives(Copy c, int found) {
        hints.add(Hint.warning(
                "NO_IN_SYNC",
                name + " has no in-sync replica collected, go on with replica " + c.replica() + ", may lost data"));
        count(found);
        return made(List.of(new Member(c.replica(), c.node(), c.disk(), 0)), List.of(c.replica()), c.replica());
    }

    private void count(int found) {
        int wanted = target();
        if (found < wanted) {
            hints.add(Hint.warning(
                    "INCOMPLETE", name + " only collects " + found + "/" + wanted + " of replicas, may lost data"));
        }
    }

    private Partition made(List<Member> members, List<Long> inSync, long primary) {
        long epoch = Math.max(first(generation), newest.epoch() + 1);
        return partition(newest.id(), table, newest.index(), epoch, target(), members, inSync, primary);
    }

    private int target() {
        return newest.target() > 0 ? newest.target() : table.replicas();
    }

    /** 0 when the configuration doesn't say. */
    private long leftEpoch(Copy c) {
        return newest.member(c.replica()).map(Member::leftEpoch).orElse(Member.NEVER);
    }

    static Partition partition(
            int id, Table t, int index, long epoch, int target, List<Member> members, List<Long> inSync, long primary) {
        return new Partition(id, t.id(), index, epoch, target, members, null, 0, inSync, primary, RestoreMutex.STOP, 0);
    }
}
