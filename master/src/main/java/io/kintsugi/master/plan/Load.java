package io.kintsugi.master.plan;

import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What disks take in and hold, as one look at the cluster thinks of them: what is known, and what the look itself has given them meanwhile, so
 * that the next replica of the same look is planned around that.
 */
class Load {
    private final View view;
    private final Set<Integer> closed;
    private final Map<Integer, Integer> copies = new HashMap<>();
    private final Map<Integer, Integer> replicas = new HashMap<>();
    private final Map<Integer, Long> bytes = new HashMap<>();
    /** Whether copies that are known to be on their way still are. */
    private boolean present = true;

    Load(View view) {
        this(view, Set.of());
    }

    /** @param closed disks that aren't to be thought of as destinations */
    Load(View view, Set<Integer> closed) {
        this.view = view;
        this.closed = closed;
    }

    void add(int disk, long of) {
        copies.merge(disk, 1, Integer::sum);
        replicas.merge(disk, 1, Integer::sum);
        bytes.merge(disk, of, Long::sum);
    }

    /** All copies that it knows of have ended: their replicas and bytes stay. */
    void copied() {
        present = false;
        copies.clear();
    }

    boolean closed(int disk) {
        return closed.contains(disk);
    }

    /** Copies that the disk takes in. */
    int incoming(int disk) {
        return (present ? view.reports().incoming(disk) : 0) + copies.getOrDefault(disk, 0);
    }

    int replicas(int disk) {
        return view.cluster().partitionsOnDisk(disk).size() + replicas.getOrDefault(disk, 0);
    }

    /** What this look has given to the disk. */
    long bytes(int disk) {
        return bytes.getOrDefault(disk, 0L);
    }
}
