package io.kintsugi.chaos.run;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Disks fail, fill up, lie or grow slow, through the {@link FaultShim}. */
final class DiskFaults {
    private static final int SLOWEST_MILLIS = 400;

    private DiskFaults() {}

    /** @param restart whether the datanode has to be started again to use the disk: it doesn't trust one that failed */
    private record OnDisk(String kind, Function<Arena, Optional<String>> take, Rule rule, boolean restart)
            implements Fault {
        @Override
        public Optional<Broken> begin(Arena arena) {
            return arena.shim.flatMap(shim -> take.apply(arena).map(datanode -> {
                Path disk = arena.diskOf(datanode);
                rule.on(arena, shim, disk);
                return new Broken(datanode + ":" + disk.getFileName(), () -> {
                    shim.heal(disk);
                    if (restart) {
                        arena.restart(datanode);
                    }
                    arena.release(datanode);
                });
            }));
        }
    }

    private interface Rule {
        void on(Arena arena, FaultShim shim, Path disk);
    }

    static List<Fault> all() {
        return List.of(
                new OnDisk("disk-eio", Arena::takeDatanode, (a, shim, disk) -> shim.fail(disk, Op.ALL, "EIO"), true),
                new OnDisk("sync-eio", Arena::takeDatanode, (a, shim, disk) -> shim.fail(disk, Op.SYNC, "EIO"), true),
                new OnDisk(
                        "disk-full", Arena::takeDatanode, (a, shim, disk) -> shim.fail(disk, Op.WRITE, "ENOSPC"), true),
                new OnDisk(
                        "slow-sync",
                        Arena::takeDatanode,
                        (a, shim, disk) -> shim.slow(disk, Op.SYNC, 1 + a.random.nextInt(SLOWEST_MILLIS)),
                        false),
                new OnDisk("bit-flips", Arena::takeDatanodeToDestroy, (a, shim, disk) -> shim.flip(disk, 0.05), true));
    }
}
