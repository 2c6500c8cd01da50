package io.kintsugi.sim.cluster;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.sim.datanode.DiskSurvey;
import io.kintsugi.sim.datanode.DiskSurvey.Held;
import io.kintsugi.sim.datanode.SimDisk;
import io.kintsugi.sim.datanode.SimNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the datanodes' disks hold once all is quiet: each replica that the masters know where they think it is, and nothing else (law 9);
 * the members of a partition hold the same entries and the same data (law 1).
 */
final class DiskLaws {
    private final Cluster cluster;
    private final Map<Long, Held> found = new TreeMap<>();

    DiskLaws(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What isn't so yet; null when all is. */
    String wrong() {
        found.clear();
        for (SimNode node : cluster.nodes) {
            for (SimDisk disk : node.disks()) {
                String wrong = disk(DiskSurvey.of(disk), disk);
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        return cluster.state().partitions().values().stream()
                .map(this::members)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private String disk(DiskSurvey survey, SimDisk disk) {
        ClusterState state = cluster.state();
        if (!survey.leftovers().isEmpty()) {
            return "left behind: " + survey.leftovers();
        }
        int id = state.diskByUuid(survey.uuid()).map(Disk::id).orElse(0);
        for (Map.Entry<Long, Held> entry : survey.replicas().entrySet()) {
            long replica = entry.getKey();
            int at = state.partition(entry.getValue().partition())
                    .flatMap(p -> p.member(replica))
                    .map(Member::disk)
                    .orElse(0);
            if (at == 0 || at != id) {
                return "replica " + replica + " of partition "
                        + entry.getValue().partition() + " is on " + disk + ", disk " + id + ", and belongs to disk "
                        + at;
            }
            Partition p = state.partition(entry.getValue().partition()).orElseThrow();
            Config stored = entry.getValue().config();
            if (stored != null && stored.epoch() >= p.epoch() && !peers(stored).equals(peers(p))) {
                return "replica " + replica + " has stored " + stored + ", the masters have " + p;
            }
            found.put(replica, entry.getValue());
        }
        return null;
    }

    private static Set<Long> peers(Config c) {
        return c.everyone().stream()
                .map(io.kintsugi.datanode.replica.Member::replica)
                .collect(Collectors.toSet());
    }

    private static Set<Long> peers(Partition p) {
        return p.all().stream().map(Member::replica).collect(Collectors.toSet());
    }

    /** All hold what the primary holds. A member may hold more: entries that nobody waits for go with the next write. */
    private String members(Partition p) {
        Held primary = found.get(p.primary());
        for (Member member : p.members()) {
            Held held = found.get(member.replica());
            if (held == null || primary == null) {
                return "replica " + member.replica() + " of " + p + " or its primary is on no disk";
            }
            if (end(held) < end(primary)) {
                return "members of " + p + " differ: replica " + member.replica() + " holds entries up to " + end(held)
                        + ", the primary up to " + end(primary);
            }
            // the last commit may not have been told: then a member applies it with the next write
            if (held.applied().equals(primary.applied()) && held.data() != primary.data()) {
                return "members of " + p + " differ in their data after entry " + held.applied();
            }
            for (Entry entry : held.log().values()) {
                Entry other = primary.log().get(entry.index());
                if (other != null && !same(entry, other)) {
                    return "members of " + p + " have different entries " + entry.index() + ": " + entry + ", " + other;
                }
            }
        }
        return null;
    }

    /** Of the log; all of it may be freed, up to what the data hold. */
    private static long end(Held held) {
        return Math.max(
                held.applied().index(), held.log().isEmpty() ? 0 : held.log().lastKey());
    }

    private static boolean same(Entry a, Entry b) {
        return a.epoch() == b.epoch()
                && a.op() == b.op()
                && a.client() == b.client()
                && a.sequence() == b.sequence()
                && a.timeMs() == b.timeMs()
                && Arrays.equals(a.key(), b.key())
                && Arrays.equals(a.value(), b.value());
    }
}
