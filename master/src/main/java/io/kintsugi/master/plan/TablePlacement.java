package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the replicas of a new table go. Greedy, one partition after the other: the least loaded node of a zone that the partition isn't in yet,
 * on it the least loaded disk; of the nodes chosen, the one with the fewest primaries gets the primary. Load is the number of replicas over
 * the free space.
 */
public final class TablePlacement {
    private static final double LEAST_WEIGHT = 0.1;

    private TablePlacement() {}

    /** One placement for each partition, primary first; or why it can't be done, with numbers. */
    public static Choice<List<Placement>> plan(View view, int partitions, int replicas) {
        Rejection.Tally tally = new Rejection.Tally();
        List<Host> hosts = hosts(view, tally);
        if (hosts.size() < replicas) {
            String message = replicas + " replicas of a partition need " + replicas
                    + " datanodes with a disk that takes replicas; there are " + hosts.size()
                    + (tally.isEmpty() ? " (all disks count): add datanodes" : ". Not counted: " + tally.sentence());
            return Choice.none(Reason.of("NOT_ENOUGH_DATANODES", message));
        }
        List<Placement> placements = new ArrayList<>(partitions);
        for (int i = 0; i < partitions; i++) {
            placements.add(place(hosts, replicas));
        }
        return Choice.of(placements);
    }

    /** How many datanodes could take a replica now. */
    public static int usableNodes(View view) {
        return hosts(view, new Rejection.Tally()).size();
    }

    private static Placement place(List<Host> hosts, int replicas) {
        List<Host> chosen = new ArrayList<>(replicas);
        Set<String> zones = new HashSet<>();
        while (chosen.size() < replicas) {
            Host next = hosts.stream()
                    .filter(h -> !chosen.contains(h))
                    .min(Comparator.comparing((Host h) -> zones.contains(h.zone))
                            .thenComparingDouble(Host::load)
                            .thenComparingInt(h -> h.node))
                    .orElseThrow();
            chosen.add(next);
            zones.add(next.zone);
        }
        chosen.sort(Comparator.comparingDouble(Host::primaryLoad)
                .thenComparingInt(h -> h.primaries - h.replicas)
                .thenComparingInt(h -> h.node));
        chosen.get(0).primaries++;
        return new Placement(chosen.stream().map(Host::take).toList());
    }

    private static List<Host> hosts(View view, Rejection.Tally tally) {
        Map<Integer, Host> hosts = new LinkedHashMap<>();
        long most = view.cluster().disks().stream()
                .mapToLong(d -> freeBytes(view, d))
                .max()
                .orElse(0);
        for (Disk disk : view.cluster().disks()) {
            Optional<Node> node = view.cluster().node(disk.node());
            if (!disk.present() || node.isEmpty()) {
                continue;
            }
            Optional<Rejection> no = Rejection.of(view, disk, 0);
            if (no.isPresent()) {
                tally.add(no.get(), node.get().name());
                continue;
            }
            long free = freeBytes(view, disk);
            double weight = most == 0 || free == 0 ? 1 : Math.max(LEAST_WEIGHT, (double) free / most);
            hosts.computeIfAbsent(
                            disk.node(),
                            id -> new Host(id, node.get().zone(), view.reports().primaries(id)))
                    .add(new Slot(
                            disk.id(),
                            weight,
                            view.cluster().partitionsOnDisk(disk.id()).size()));
        }
        return new ArrayList<>(hosts.values());
    }

    private static long freeBytes(View view, Disk disk) {
        return view.reports().disk(disk.id()).map(f -> f.freeBytes()).orElse(0L);
    }

    /** A disk while the plan is made. */
    private static final class Slot {
        private final int disk;
        private final double weight;
        private int replicas;

        Slot(int disk, double weight, int replicas) {
            this.disk = disk;
            this.weight = weight;
            this.replicas = replicas;
        }

        double load() {
            return (replicas + 1) / weight;
        }
    }

    /** A datanode while the plan is made. */
    private static final class Host {
        private final int node;
        private final String zone;
        private final List<Slot> slots = new ArrayList<>();
        private double weight;
        private int replicas;
        private int primaries;

        Host(int node, String zone, int primaries) {
            this.node = node;
            this.zone = zone;
            this.primaries = primaries;
        }

        void add(Slot slot) {
            slots.add(slot);
            weight += slot.weight;
            replicas += slot.replicas;
        }

        double load() {
            return (replicas + 1) / weight;
        }

        double primaryLoad() {
            return (primaries + 1) / weight;
        }

        int take() {
            Slot slot = slots.stream()
                    .min(Comparator.comparingDouble(Slot::load).thenComparingInt(s -> s.disk))
                    .orElseThrow();
            slot.replicas++;
            replicas++;
            return slot.disk;
        }
    }
}
