package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.sim.datanode.SimDisk.Use;
import io.kintsugi.sim.world.Process;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A machine's disks as one life of its process has them open. Every step that makes something durable is a point where the process may be
 * killed ({@link PersistPoints}); in a later life nothing can be done by way of this one.
 */
final class SimStorage {
    private final Process process;
    private final long life;
    private final List<SimDisk> disks;
    private final NodeLaws laws;

    SimStorage(Process process, List<SimDisk> disks, NodeLaws laws) {
        this.laws = laws;
        this.process = process;
        this.life = process.life();
        this.disks = disks;
    }

    /** The disk that holds this path, asked to do something with it. */
    SimDisk disk(Path path, Use use, String doing) {
        SimDisk disk = disk(path)
                .orElseThrow(() -> StorageErrors.of(doing + " " + path, new IOException("No such file or directory")));
        disk.use(use, doing + " " + path);
        return disk;
    }

    /** The disk that holds this path, whatever is wrong with it. */
    Optional<SimDisk> disk(Path path) {
        process.check(life);
        return disks.stream().filter(disk -> path.startsWith(disk.root())).findFirst();
    }

    NodeLaws laws() {
        return laws;
    }

    void point(String name) {
        process.failpoint(name);
    }

    void check() {
        process.check(life);
    }

    boolean exists(Path path) {
        process.check(life);
        return disks.stream()
                .anyMatch(disk ->
                        path.startsWith(disk.root()) && !disk.has(SimDisk.Fault.GONE) && disk.find(path) != null);
    }
}
