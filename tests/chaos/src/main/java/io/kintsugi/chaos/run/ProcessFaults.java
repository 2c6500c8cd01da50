package io.kintsugi.chaos.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Processes die, stand still, or come back without their data. */
final class ProcessFaults {
    private ProcessFaults() {}

    /** What is done to an instance, and how it is undone. */
    private record Simple(String kind, Function<Arena, Optional<String>> take, Action begin, Action mend)
            implements Fault {
        @Override
        public Optional<Broken> begin(Arena arena) {
            return take.apply(arena).map(instance -> {
                begin.on(arena, instance);
                return new Broken(instance, instance, () -> mend.on(arena, instance));
            });
        }
    }

    private interface Action {
        void on(Arena arena, String instance);
    }

    static List<Fault> all() {
        Action start = ProcessFaults::start;
        Action stop = (arena, instance) -> arena.cluster.stop(instance);
        Action pause = (arena, instance) -> arena.cluster.pause(instance);
        Action resume = (arena, instance) -> arena.cluster.resume(instance);
        return List.of(
                new Simple("kill-master", Arena::takeMaster, Arena::kill, start),
                new Simple("stop-master", Arena::takeMaster, stop, start),
                new Simple("freeze-master", Arena::takeMaster, pause, resume),
                new Simple("wipe-master", Arena::takeMasterToDestroy, ProcessFaults::wipeMaster, start),
                new Simple("kill-datanode", Arena::takeDatanode, Arena::kill, start),
                new Simple("stop-datanode", Arena::takeDatanode, stop, start),
                new Simple("freeze-datanode", Arena::takeDatanode, pause, resume),
                new WipeDisk());
    }

    private static void start(Arena arena, String instance) {
        try {
            arena.cluster.startAgain(instance);
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("ALREADY_RUNNING")) { // an earlier try was slow
                throw e;
            }
        }
    }

    private static void wipeMaster(Arena arena, String master) {
        arena.kill(master);
        arena.cluster.wipe(arena.cluster.dir(master).resolve("data"));
    }

    /** Once the datanode is dead nothing more comes onto the disk: only then it is certain that all of it may be lost. */
    private record WipeDisk() implements Fault {
        @Override
        public String kind() {
            return "wipe-disk";
        }

        @Override
        public Optional<Broken> begin(Arena arena) {
            return arena.takeDatanodeToDestroy().map(datanode -> {
                Path disk = arena.diskOf(datanode);
                arena.kill(datanode);
                boolean wiped = mayLose(arena, datanode, disk);
                if (wiped) {
                    arena.cluster.wipe(disk);
                }
                String what = datanode + ":" + disk.getFileName() + (wiped ? "" : " (killed only)");
                return new Broken(datanode, what, () -> start(arena, datanode));
            });
        }

        private static boolean mayLose(Arena arena, String datanode, Path disk) {
            try {
                return arena.mayLose(datanode, disk);
            } catch (IllegalStateException e) {
                return false; // no master serves: nobody knows
            }
        }
    }
}
