package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.HostRuntime;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.world.Coroutine;
import io.kintsugi.sim.world.Process;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The {@link HostRuntime} of one life of a process. Each loop, batcher and pool behaves as if it had threads: a piece of work begins a while
 * after it was handed over, and in that while others go on. The order of a loop's events is kept, everything else is up to the seed.
 */
final class SimRuntime implements HostRuntime {
    /** How long work of this name takes to begin (a loop's) or to be done (a batcher's or a pool's), in nanoseconds. */
    interface Pace {
        long next(String name, SplittableRandom random);
    }

    private final Process process;
    private final long life;
    private final Pace pace;
    private final SplittableRandom random;
    private final List<CoroutinePool> coroutines = new ArrayList<>();

    SimRuntime(Process process, Pace pace) {
        this.process = process;
        this.life = process.life();
        this.pace = pace;
        this.random = process.world().random(process.name() + ".runtime." + life);
    }

    @Override
    public Loop loop(String name, Runnable afterBatch) {
        return new SimLoop(name, afterBatch);
    }

    @Override
    public <T> Batcher<T> batcher(String name, int most, Consumer<List<T>> handler) {
        return new SimBatcher<>(name, most, handler);
    }

    /** Downloads wait for their sources; nothing else waits within its work. */
    @Override
    public Pool pool(String name, int threads) {
        if (!name.equals("copy-")) {
            return new SimPool(name, threads);
        }
        CoroutinePool pool = new CoroutinePool(threads, task -> later("copy", name, () -> guarded(task)));
        coroutines.add(pool);
        return pool;
    }

    @Override
    public void sleep(long nanos) {
        Coroutine self = Coroutine.current();
        process.after(nanos, "sleep", () -> guarded(self::resume));
        self.await();
    }

    /** Waits, within a coroutine, for what completes in this process. */
    <T> T await(CompletableFuture<T> future) {
        if (!future.isDone()) {
            Coroutine self = Coroutine.current();
            future.whenComplete((value, failure) -> guarded(self::resume));
            self.await();
        }
        return future.join();
    }

    /** The product passes a failpoint: within a coroutine, its thread may lose its turn for a while there. */
    void failpoint(String point) {
        process.failpoint(point);
        if (Coroutine.current() != null) {
            sleep(random.nextInt(8) == 0 ? random.nextLong(2_000_000_000) : random.nextLong(1_000_000));
        }
    }

    /** The process is dead. */
    void kill() {
        coroutines.forEach(CoroutinePool::kill);
    }

    private void later(String kind, String name, Runnable task) {
        process.afterTrue(pace.next(name, random), kind, process.name(), life, task);
    }

    /**
     * The real runtime's supervisors log what escapes from an event and go on. Here a failure of a disk does no more either; anything else is a
     * bug of the product.
     */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (StorageException e) {
            process.world().count("escaped." + e.kind(), process.name());
            process.world().note(process.name(), () -> "an event failed: " + e.getMessage());
        } catch (RuntimeException e) {
            StackTraceElement[] where = e.getStackTrace();
            process.world()
                    .broken(
                            "bug",
                            process.name() + ": " + e + (where.length == 0 ? "" : " at " + where[0])
                                    + (where.length < 2 ? "" : ", " + where[1]));
        }
    }

    private final class SimLoop implements Loop {
        private final String name;
        private final Runnable afterBatch;
        private final ArrayDeque<Runnable> events = new ArrayDeque<>();
        private boolean started;
        private boolean stopped;
        private boolean awake;

        SimLoop(String name, Runnable afterBatch) {
            this.name = name;
            this.afterBatch = afterBatch;
        }

        @Override
        public void start() {
            process.check(life);
            started = true;
            wake();
        }

        @Override
        public boolean execute(Runnable event) {
            process.check(life);
            if (stopped) {
                return false;
            }
            events.add(event);
            wake();
            return true;
        }

        private void wake() {
            if (started && !awake && !events.isEmpty()) {
                awake = true;
                later("loop", name, this::batch);
            }
        }

        /** What was there when it began; what comes meanwhile is the next batch's. */
        private void batch() {
            awake = false;
            for (int n = events.size(); n > 0 && !stopped; n--) {
                guarded(events.poll());
            }
            guarded(afterBatch);
            wake();
        }

        @Override
        public Timer timer(Runnable action) {
            return new Deadline(this, action);
        }

        @Override
        public void stop() {
            process.check(life);
            for (int n = events.size(); n > 0; n--) {
                guarded(events.poll());
            }
            stopped = true;
        }
    }

    private final class Deadline implements Timer {
        private final SimLoop loop;
        private final Runnable action;
        private long deadline = Long.MAX_VALUE;
        private long queuedFor = Long.MAX_VALUE;

        Deadline(SimLoop loop, Runnable action) {
            this.loop = loop;
            this.action = action;
        }

        @Override
        public void at(long nanos) {
            process.check(life);
            deadline = nanos;
            if (nanos < queuedFor) {
                queuedFor = nanos;
                long own = nanos - process.clock().nanos();
                process.after(Math.max(0, own), "timer", () -> due(nanos));
            }
        }

        private void due(long nanos) {
            if (queuedFor != nanos || loop.stopped) {
                return; // an earlier one took its place
            }
            queuedFor = Long.MAX_VALUE;
            long mine = deadline;
            if (mine <= process.clock().nanos()) {
                deadline = Long.MAX_VALUE;
                guarded(action);
                guarded(loop.afterBatch);
            } else if (mine != Long.MAX_VALUE) {
                at(mine);
            }
        }
    }

    private final class SimBatcher<T> implements Batcher<T> {
        private final String name;
        private final int most;
        private final Consumer<List<T>> handler;
        private final ArrayDeque<T> waiting = new ArrayDeque<>();
        private List<T> atWork;
        private boolean started;

        SimBatcher(String name, int most, Consumer<List<T>> handler) {
            this.name = name;
            this.most = most;
            this.handler = handler;
        }

        @Override
        public void start() {
            process.check(life);
            started = true;
            begin();
        }

        @Override
        public void submit(T thing) {
            process.check(life);
            waiting.add(thing);
            begin();
        }

        private void begin() {
            if (started && atWork == null && !waiting.isEmpty()) {
                List<T> batch = new ArrayList<>();
                while (batch.size() < most && !waiting.isEmpty()) {
                    batch.add(waiting.poll());
                }
                atWork = batch;
                later("batch", name, () -> {
                    if (atWork == batch) {
                        finish();
                        begin();
                    }
                });
            }
        }

        private void finish() {
            List<T> batch = atWork;
            try {
                guarded(() -> handler.accept(batch));
            } finally {
                atWork = null;
            }
        }

        @Override
        public void stop() {
            process.check(life);
            if (atWork != null) {
                finish();
            }
            if (!waiting.isEmpty()) {
                atWork = new ArrayList<>(waiting);
                waiting.clear();
                finish();
            }
            started = false;
        }
    }

    private final class SimPool implements Pool {
        private final String name;
        private final int threads;
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final List<Runnable> atWork = new ArrayList<>();

        SimPool(String name, int threads) {
            this.name = name;
            this.threads = threads;
        }

        @Override
        public void execute(Runnable work) {
            process.check(life);
            waiting.add(work);
            begin();
        }

        private void begin() {
            while (atWork.size() < threads && !waiting.isEmpty()) {
                Runnable work = waiting.poll();
                atWork.add(work);
                later("slow", name, () -> {
                    if (atWork.contains(work)) {
                        done(work);
                        begin();
                    }
                });
            }
        }

        private void done(Runnable work) {
            try {
                guarded(work);
            } finally {
                atWork.remove(work);
            }
        }

        @Override
        public void runAll(List<Runnable> work) {
            work.forEach(Runnable::run);
        }

        @Override
        public void finish() {
            process.check(life);
            while (!atWork.isEmpty() || !waiting.isEmpty()) {
                if (atWork.isEmpty()) {
                    atWork.add(waiting.poll());
                }
                done(atWork.get(0));
            }
        }

        @Override
        public void stop() {
            process.check(life);
            waiting.clear();
            while (!atWork.isEmpty()) {
                done(atWork.get(0));
            }
        }
    }
}
