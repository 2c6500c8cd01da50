package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Why a disk doesn't take a replica. In the order in which an operator would look: what can be remedied at once comes first. */
public enum Rejection {
    NODE_DEAD("on a datanode that is dead", "start it"),
    DISK_DRAINED("drained or being drained", "recommission it"),
    DISK_UNAVAILABLE("broken", "replace it"),
    DISK_FULL("without room", "add disks or free space; reserve and headroom stay free"),
    INCOMING_LIMIT("at its limit of incoming copies", "wait, or raise IncomingCopiesPerDisk"),
    NODE_UNKNOWN("on a datanode that hasn't reported to this leader yet", "wait"),
    NODE_HAS_REPLICA("on a datanode that has another replica of it", "add a datanode");

    private static final long HEADROOM_BYTES = 256L << 20;

    private final String what;
    private final String remedy;

    Rejection(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** Whether this alone, without regard to any partition, keeps new replicas of so many bytes away. Replaced disks aren't asked about. */
    public static Optional<Rejection> of(View view, Disk disk, long bytes) {
        return of(view, disk, bytes, 0);
    }

    /** @param given bytes that the same look has given to the disk already */
    static Optional<Rejection> of(View view, Disk disk, long bytes, long given) {
        if (view.reports().dead(disk.node())) {
            return Optional.of(NODE_DEAD);
        }
        if (!view.reports().alive(disk.node())) {
            return Optional.of(NODE_UNKNOWN);
        }
        if (disk.status() != DiskStatus.NORMAL || !view.diskWorks(disk.id())) {
            return Optional.of(DISK_UNAVAILABLE);
        }
        boolean nodeDrained = view.cluster()
                .node(disk.node())
                .filter(n -> n.drain() != DrainState.NONE)
                .isPresent();
        if (disk.drain() != DrainState.NONE || nodeDrained) {
            return Optional.of(DISK_DRAINED);
        }
        return hasRoom(view, disk, bytes, given) ? Optional.empty() : Optional.of(DISK_FULL);
    }

    /**
     * What is on its way is taken to be as large as this one. Beyond the reserve some headroom is left: an empty replica has a log and writes
     * files too, and a disk that reaches its reserve refuses its clients' writes.
     */
    private static boolean hasRoom(View view, Disk disk, long bytes, long given) {
        Optional<DiskFacts> facts = view.reports().disk(disk.id());
        if (facts.isEmpty() || facts.get().totalBytes() == 0) {
            return true;
        }
        return facts.get().health() != DiskFacts.Health.FULL
                && room(view, disk) - given >= bytes * (1L + view.reports().incoming(disk.id()));
    }

    /** Bytes that the disk may still take, as far as is known. */
    public static long room(View view, Disk disk) {
        return view.reports()
                .disk(disk.id())
                .filter(f -> f.totalBytes() > 0)
                .map(f -> f.freeBytes() - reserve(f) - headroom(f))
                .orElse(Long.MAX_VALUE);
    }

    /** Bytes at which the disk counts as full: its datanode's word, and not less than a hundredth. */
    static long reserve(DiskFacts f) {
        return Math.max(f.reserveBytes(), f.totalBytes() / 100);
    }

    /** What a disk must have free above its reserve beside the replica that it takes. */
    static long headroom(DiskFacts f) {
        return Math.min(HEADROOM_BYTES, f.totalBytes() / 20);
    }

    /** Counts rejections, to say them in one sentence. */
    static final class Tally {
        private final Map<Rejection, Map<String, Integer>> byNode = new EnumMap<>(Rejection.class);

        void add(Rejection why, String node) {
            byNode.computeIfAbsent(why, w -> new TreeMap<>()).merge(node, 1, Integer::sum);
        }

        boolean has(Rejection why) {
            return byNode.containsKey(why);
        }

        boolean isEmpty() {
            return byNode.isEmpty();
        }

        /** {@code 2 disks on a datanode that is dead (d4): start it; …}, most actionable first. */
        String sentence() {
            Map<String, String> parts = new LinkedHashMap<>();
            byNode.forEach((why, nodes) -> {
                int n = nodes.values().stream().mapToInt(Integer::intValue).sum();
                parts.put(
                        why.name(),
                        n + (n == 1 ? " disk " : " disks ") + why.what + " (" + String.join(", ", nodes.keySet())
                                + "): " + why.remedy);
            });
            return parts.isEmpty() ? "there is no other disk: add a datanode" : String.join("; ", parts.values());
        }
    }
}
