package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives replicas to partitions of which nothing was found: empty ones, on the disks that have the fewest. */
final class EmptyPartitions {
    private final List<Disk> disks;
    private final Map<Integer, Integer> load = new HashMap<>();
    private final List<Partition> placed;
    private long replica;

    /** @param disks at least one that takes replicas, if some partition is empty */
    EmptyPartitions(List<Disk> disks, List<Partition> partitions, Ids given) {
        this.disks = disks.stream().filter(d -> d.drain() == DrainState.NONE).toList();
        partitions.forEach(p -> p.members().forEach(m -> load.merge(m.disk(), 1, Integer::sum)));
        replica = given.replica();
        placed = partitions.stream()
                .map(p -> p.members().isEmpty() ? place(p) : p)
                .toList();
    }

    List<Partition> placed() {
        return placed;
    }

    /** The highest id of a replica, of those that were given out here too. */
    long lastReplica() {
        return replica;
    }

    /** On as many datanodes as it should have replicas, or as there are: repair adds the others when more come. */
    private Partition place(Partition p) {
        List<Member> members = new ArrayList<>(p.target());
        Set<Integer> nodes = new HashSet<>();
        while (members.size() < p.target()) {
            Disk disk = disks.stream()
                    .filter(d -> !nodes.contains(d.node()))
                    .min(Comparator.comparingInt((Disk d) -> load.getOrDefault(d.id(), 0))
                            .thenComparingInt(Disk::id))
                    .orElse(null);
            if (disk == null) {
                break;
            }
            nodes.add(disk.node());
            load.merge(disk.id(), 1, Integer::sum);
            members.add(new Member(++replica, disk.node(), disk.id(), 0));
        }
        List<Long> inSync = members.stream().map(Member::replica).toList();
        return new Partition(
                p.id(),
                p.table(),
                p.index(),
                p.epoch(),
                p.target(),
                members,
                null,
                0,
                inSync,
                inSync.getFirst(),
                p.mutex(),
                0);
    }
}
