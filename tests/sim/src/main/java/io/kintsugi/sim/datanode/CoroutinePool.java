package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.HostRuntime.Pool;
import io.kintsugi.sim.world.Coroutine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A pool whose work waits on the way. */
final class CoroutinePool implements Pool {
    private final int threads;
    private final Consumer<Runnable> later;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final List<Coroutine> atWork = new ArrayList<>();

    /** @param later runs something as the process's own, a moment later */
    CoroutinePool(int threads, Consumer<Runnable> later) {
        this.threads = threads;
        this.later = later;
    }

    @Override
    public void execute(Runnable work) {
        waiting.add(work);
        begin();
    }

    private void begin() {
        while (atWork.size() < threads && !waiting.isEmpty()) {
            Runnable work = waiting.poll();
            Coroutine[] self = new Coroutine[1];
            self[0] = new Coroutine(() -> {
                try {
                    work.run();
                } finally {
                    atWork.remove(self[0]);
                }
                begin();
            });
            atWork.add(self[0]);
            later.accept(self[0]::resume);
        }
    }

    @Override
    public void runAll(List<Runnable> work) {
        throw new UnsupportedOperationException("nobody can stand still for work that waits");
    }

    @Override
    public void finish() {
        stop();
    }

    /** What runs ends with its process. */
    @Override
    public void stop() {
        waiting.clear();
    }

    /** The process is dead. */
    void kill() {
        waiting.clear();
        List.copyOf(atWork).forEach(Coroutine::kill);
    }
}
