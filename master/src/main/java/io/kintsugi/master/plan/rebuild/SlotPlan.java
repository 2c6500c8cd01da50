package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The partition of one slot (DESIGN section 6, rule 19). The newest stored configuration counts. Those of its in-sync members that were found
 * hold every committed entry; without any, the one that left last goes on alone, and is said to.
 */
final class SlotPlan {
    private static final Comparator<Copy> BY_REPLICA =
            Comparator.comparingLong(Copy::replica).thenComparing(Copy.NEWER);

    /** Any in-sync one will do; the longest log has the least to ask for, and who is in office needn't hand over. */
    private static final Comparator<Copy> BY_ENTRY =
            Comparator.comparingLong(Copy::lastEpoch).thenComparingLong(Copy::lastIndex);

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

    /** Null when nothing was found that could be gone on with. */
    Partition partition() {
        if (slot.contradicted()) {
            hints.add(Hint.warning(
                    "EPOCH_TWICE", name + " has two configurations of epoch " + newest.epoch() + ", may lost data"));
        }
        List<Copy> usable = usable();
        List<Copy> inSync = new ArrayList<>(usable.size());
        for (Copy c : usable) {
            if (holds(c)) {
                inSync.add(c);
            }
        }
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
        List<Copy> sorted = new ArrayList<>(slot.copies());
        sorted.sort(BY_REPLICA); // hints come in the same order, whoever answered first
        List<Copy> usable = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); i++) {
            Copy c = sorted.get(i);
            if (i + 1 < sorted.size() && sorted.get(i + 1).replica() == c.replica()) {
                quarantined.add(Quarantined.of(c, Quarantined.REPLICA_TWICE));
                hints.add(Hint.warning(
                        Quarantined.REPLICA_TWICE, name + " has replica " + c.replica() + " twice, use the newer"));
                continue;
            }
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

    /** @param holders some of {@code usable}, not none */
    private Partition goesOn(List<Copy> usable, List<Copy> holders) {
        Map<Integer, Copy> byNode = byNode(usable);
        List<Copy> inSync =
                holders.stream().filter(c -> byNode.get(c.node()) == c).toList();
        List<Member> members = new ArrayList<>(usable.size());
        for (Copy c : usable) {
            boolean holds = holds(c);
            if (byNode.get(c.node()) == c) {
                long left = holds ? 0 : Math.max(Member.NEVER, leftEpoch(c));
                members.add(new Member(c.replica(), c.node(), c.disk(), left));
            } else {
                quarantined.add(Quarantined.of(c, Quarantined.NOT_CHOSEN));
            }
        }
        count(members.size());
        List<Long> ids = new ArrayList<>(inSync.size());
        inSync.forEach(c -> ids.add(c.replica())); // ascending, as usable ones are
        return made(members, ids, primary(inSync).replica());
    }

    /** One for each datanode, as a partition has them: a move from disk to disk of a datanode ends with its destination, the younger one. */
    private Map<Integer, Copy> byNode(List<Copy> usable) {
        Map<Integer, Copy> byNode = new HashMap<>();
        for (Copy c : usable) { // by rising id
            if (holds(c) || isMember(c.replica())) {
                byNode.merge(c.node(), c, (older, younger) -> holds(older) && !holds(younger) ? older : younger);
            }
        }
        return byNode;
    }

    /** Whether it has every committed entry. */
    private boolean holds(Copy c) {
        boolean joins = newest.joining() != null && newest.joining().replica() == c.replica();
        return newest.isInSync(c.replica()) && (joins || isMember(c.replica()));
    }

    private boolean isMember(long replica) {
        for (Member m : newest.members()) {
            if (m.replica() == replica) {
                return true;
            }
        }
        return false;
    }

    private Copy primary(List<Copy> inSync) {
        Copy best = inSync.getFirst();
        for (Copy c : inSync) {
            int longer = BY_ENTRY.compare(c, best);
            if (longer > 0 || longer == 0 && c.replica() == newest.primary()) {
                best = c;
            }
        }
        return best;
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
        long epoch = Math.max(Partition.firstEpoch(generation), newest.epoch() + 1);
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
