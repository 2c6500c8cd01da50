package io.kintsugi.chaos.run;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Disks fail, fill up, lie or grow slow, through the {@link FaultShim}. */
final class DiskFaults {
    private static final int SLOWEST_MILLIS = 400;
    private static final double FLIPPED = 0.05;

    private DiskFaults() {}

    /** @param restart whether the datanode is started again, and an operator says that the disk is mended: it doesn't trust one that failed */
    private record OnDisk(String kind, Rule rule, boolean restart) implements Fault {
        @Override
        public Optional<Broken> begin(Arena arena) {
            return arena.shim.flatMap(shim -> arena.takeDatanode().map(datanode -> {
                Path disk = arena.diskOf(datanode);
                rule.on(arena, shim, disk);
                return new Broken(datanode, datanode + ":" + disk.getFileName(), () -> {
                    shim.heal(disk);
                    if (restart) {
                        arena.restart(datanode);
                        arena.recover(datanode, disk);
                    }
                });
            }));
        }
    }

    private interface Rule {
        void on(Arena arena, FaultShim shim, Path disk);
    }

    /** Reads of replicas that have copies elsewhere come with wrong bits: such a replica may be given up. */
    private record BitFlips() implements Fault {
        @Override
        public String kind() {
            return "bit-flips";
        }

        @Override
        public Optional<Broken> begin(Arena arena) {
            return arena.shim.flatMap(shim -> arena.takeDatanodeToDestroy().flatMap(datanode -> {
                Path disk = arena.diskOf(datanode);
                List<Path> replicas = replicas(arena, datanode, disk);
                if (replicas.isEmpty()) {
                    arena.release(datanode);
                    return Optional.empty();
                }
                replicas.forEach(replica -> shim.flip(replica, FLIPPED));
                return Optional.of(new Broken(datanode, datanode + ":" + disk.getFileName(), () -> {
                    replicas.forEach(shim::heal);
                    arena.restart(datanode);
                }));
            }));
        }

        private static List<Path> replicas(Arena arena, String datanode, Path disk) {
            try {
                return arena.replicasWithCopies(datanode, disk);
            } catch (IllegalStateException e) {
                return List.of(); // no master serves: nobody knows
            }
        }
    }

    static List<Fault> all() {
        return List.of(
                new OnDisk("disk-eio", (a, shim, disk) -> shim.fail(disk, Op.ALL, "EIO"), true),
                new OnDisk("sync-eio", (a, shim, disk) -> shim.fail(disk, Op.SYNC, "EIO"), true),
                new OnDisk("disk-full", (a, shim, disk) -> shim.fail(disk, Op.WRITE, "ENOSPC"), true),
                new OnDisk(
                        "slow-sync",
                        (a, shim, disk) -> shim.slow(disk, Op.SYNC, 1 + a.random.nextInt(SLOWEST_MILLIS)),
                        false),
                new BitFlips());
    }
}
