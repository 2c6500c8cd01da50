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
                return new Broken(instance, () -> {
                    mend.on(arena, instance);
                    arena.release(instance);
                });
            });
        }
    }

    private interface Action {
        void on(Arena arena, String instance);
    }

    static List<Fault> all() {
        Action kill = (arena, instance) -> arena.cluster.kill(instance);
        Action start = (arena, instance) -> arena.cluster.startAgain(instance);
        Action stop = (arena, instance) -> arena.cluster.stop(instance);
        Action pause = (arena, instance) -> arena.cluster.pause(instance);
        Action resume = (arena, instance) -> arena.cluster.resume(instance);
        return List.of(
                new Simple("kill-master", Arena::takeMaster, kill, start),
                new Simple("stop-master", Arena::takeMaster, stop, start),
                new Simple("freeze-master", Arena::takeMaster, pause, resume),
                new Simple("wipe-master", Arena::takeMasterToDestroy, ProcessFaults::wipeMaster, start),
                new Simple("kill-datanode", Arena::takeDatanode, kill, start),
                new Simple("stop-datanode", Arena::takeDatanode, stop, start),
                new Simple("freeze-datanode", Arena::takeDatanode, pause, resume),
                new Simple("wipe-disk", Arena::takeDatanodeToDestroy, ProcessFaults::wipeDisk, start));
    }

    private static void wipeMaster(Arena arena, String master) {
        arena.cluster.kill(master);
        arena.cluster.wipe(arena.cluster.dir(master).resolve("data"));
    }

    private static void wipeDisk(Arena arena, String datanode) {
        Path disk = arena.diskOf(datanode);
        arena.cluster.kill(datanode);
        arena.cluster.wipe(disk);
    }
}
