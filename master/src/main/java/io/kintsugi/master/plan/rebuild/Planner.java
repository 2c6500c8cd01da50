package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes one plan. */
final class Planner {
    /** How far ids of each kind jump when a datanode is missing that may know of higher ones than all that answered. */
    static final int GAP = 1 << 20;

    private final Collected collected;
    private final Options options;
    private final long fenced;
    private final List<Hint> hints = new ArrayList<>();
    private final List<Quarantined> quarantined = new ArrayList<>();
    private final List<Partition> partitions = new ArrayList<>();
    private final TreeMap<Integer, Table> tables = new TreeMap<>();

    /** @param fenced the generation to which datanodes were fenced for this, 0: none */
    Planner(Collected collected, Options options, long fenced) {
        this.collected = collected;
        this.options = options;
        this.fenced = fenced;
    }

    RebuildPlan plan() {
        Map.Entry<String, Lineage> chosen = collected.chosen();
        if (collected.isEmpty()) {
            hints.add(Hint.error("NO_NODES", "no datanode is named"));
            return nothing(ResultCode.ERR_INVALID_PARAMETERS);
        }
        if (chosen == null) {
            new NodeHints(collected, options, hints).add("", new Lineage());
            hints.add(Hint.error(
                    "NOTHING_COLLECTED", "no datanode of a cluster has answered: there is nothing to recover"));
            return nothing(ResultCode.ERR_TRY_AGAIN);
        }
        Lineage lineage = chosen.getValue();
        boolean missing = new NodeHints(collected, options, hints).add(chosen.getKey(), lineage);
        long generation = generation(lineage);
        Ids given = above(lineage.marks.ids(), missing);
        lineage.tables.forEach((id, incarnations) -> table(id, incarnations));
        TableNames.unique(tables, hints);
        for (Table t : tables.values()) {
            given = slots(t, lineage.tables.get(t.id()).lastEntry().getValue(), generation, given);
        }
        nothingTwice();
        Drains drains = new Drains(partitions, hints);
        List<Node> nodes = lineage.nodes.values().stream()
                .map(Planner::<Node>last)
                .map(drains::of)
                .toList();
        List<Disk> disks = lineage.disks.values().stream()
                .map(Planner::<Disk>last)
                .map(drains::of)
                .toList();
        homes(disks);
        quarantined.sort(Quarantined.ORDER);
        boolean wrong = hints.stream().anyMatch(h -> h.level() == Hint.Level.ERROR);
        return new RebuildPlan(
                wrong ? ResultCode.ERR_TRY_AGAIN : ResultCode.ERR_OK,
                chosen.getKey(),
                generation,
                nodes,
                disks,
                List.copyOf(lineage.nodesets.values()),
                lineage.note().revision(),
                lineage.note().settings(),
                List.copyOf(tables.values()),
                List.copyOf(partitions),
                List.copyOf(quarantined),
                given,
                List.copyOf(hints));
    }

    private long generation(Lineage lineage) {
        if (fenced != 0 && lineage.generation() > fenced) {
            hints.add(Hint.error(
                    "OTHER_RECOVERY",
                    "datanodes were fenced to generation " + lineage.generation() + " meanwhile, above this one's "
                            + fenced + ": another recovery is under way, see to it that there is only one"));
        }
        return fenced != 0 ? fenced : lineage.generation() + 1;
    }

    private Ids above(Ids seen, boolean missing) {
        if (!seen.leaves(GAP)) {
            hints.add(Hint.error("IDS_IMPLAUSIBLE", "ids are implausibly high, leave out the wrong node: " + seen));
            return seen;
        }
        return missing ? seen.plus(GAP) : seen;
    }

    private RebuildPlan nothing(ResultCode result) {
        return new RebuildPlan(
                result,
                "",
                0,
                List.of(),
                List.of(),
                List.of(),
                0,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                Ids.NONE,
                List.copyOf(hints));
    }

    private static <T> T last(TreeMap<String, T> all) {
        return all.lastEntry().getValue();
    }

    /** The newest incarnation is the table; what is left of older ones is kept, and nothing is made of it. */
    private void table(int id, TreeMap<Incarnation, TableFound> incarnations) {
        TableFound found = incarnations.lastEntry().getValue();
        for (TableFound older : incarnations.headMap(incarnations.lastKey()).values()) {
            int before = quarantined.size();
            older.slots.values().forEach(s -> s.copies()
                    .forEach(c -> quarantined.add(Quarantined.of(c, Quarantined.OLDER_TABLE))));
            hints.add(Hint.warning(
                    Quarantined.OLDER_TABLE,
                    "app(" + id + ")'s id was that of an older table("
                            + older.definition().table().name() + ") too, keep its " + (quarantined.size() - before)
                            + " replicas aside"));
        }
        Definition d = found.definition();
        if (found.slicedOtherwise()) {
            hints.add(Hint.error(
                    "TABLE_CONFLICT",
                    "app(" + id + ")'s definitions differ in partitions or hash of keys, leave out the wrong node"));
        } else if (found.contradicted()) {
            hints.add(Hint.warning(
                    "TABLE_DIFFERS",
                    "app(" + id + ")'s definitions of version " + d.version() + " differ, use " + d.table()));
        }
        tables.put(id, state(d.table()));
    }

    private Table state(Table t) {
        if (t.state() != TableState.DROPPED || options.keepDropped()) {
            return t;
        }
        hints.add(Hint.note("TABLE_UNDROPPED", "app(" + t.id() + ") was dropped and serves again"));
        return TableNames.copy(t, t.name(), TableState.NORMAL, 0);
    }

    /** @return the highest ids, with those of partitions that are made anew */
    private Ids slots(Table t, TableFound found, long generation, Ids given) {
        Ids ids = given;
        found.slots.forEach((index, slot) -> {
            if (index < 0 || index >= t.partitions()) {
                slot.copies().forEach(c -> quarantined.add(Quarantined.of(c, Quarantined.OUT_OF_RANGE)));
                hints.add(Hint.warning(
                        Quarantined.OUT_OF_RANGE,
                        "partition(" + t.id() + "." + index + ") is none of app(" + t.id() + ")'s " + t.partitions()
                                + ", keep its " + slot.copies().size() + " replicas aside"));
            }
        });
        for (int index = 0; index < t.partitions(); index++) {
            Slot slot = found.slots.get(index);
            Partition p = slot == null ? null : new SlotPlan(t, slot, generation, hints, quarantined).partition();
            if (p == null) {
                ids = ids.withPartition(ids.partition() + 1);
                p = lost(t, index, ids.partition(), generation);
            }
            partitions.add(p);
        }
        return ids;
    }

    /** It gets an id of its own: should a replica of the lost one ever appear, nobody takes it for one of this. */
    private Partition lost(Table t, int index, int id, long generation) {
        String name = "partition(" + t.id() + "." + index + ") has no replica collected, ";
        hints.add(
                options.skipLostPartitions()
                        ? Hint.warning("PARTITION_LOST", name + "force recover the lost partition to empty")
                        : Hint.error(
                                "PARTITION_LOST",
                                name + "you can force recover it by set skip_lost_partitions option"));
        return SlotPlan.partition(
                id, t, index, Partition.firstEpoch(generation), t.replicas(), List.of(), List.of(), 0);
    }

    /** Empty partitions need a disk to be on. */
    private void homes(List<Disk> disks) {
        if (partitions.stream().anyMatch(p -> p.members().isEmpty())
                && disks.stream().noneMatch(d -> d.drain() == DrainState.NONE)) {
            hints.add(Hint.error("NO_DISK", "no disk takes replicas, so lost partitions can't be made empty"));
        }
    }

    /** Ids that two slots share would make two things one: only damage can do that. */
    private void nothingTwice() {
        long[] replicas = partitions.stream()
                .flatMapToLong(p -> p.members().stream().mapToLong(m -> m.replica()))
                .sorted()
                .toArray();
        long[] ids = partitions.stream().mapToLong(Partition::id).sorted().toArray();
        twice("replica", replicas);
        twice("partition", ids);
    }

    private void twice(String what, long[] sorted) {
        Set<Long> found = new TreeSet<>(Comparator.naturalOrder());
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                found.add(sorted[i]);
            }
        }
        found.forEach(id -> hints.add(
                Hint.error("ID_TWICE", what + " " + id + " is named by two slots, leave out the wrong node")));
    }
}
