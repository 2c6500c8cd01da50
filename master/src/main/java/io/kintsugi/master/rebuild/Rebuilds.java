package io.kintsugi.master.rebuild;

import io.kintsugi.common.Clock;
import io.kintsugi.master.consensus.ConsensusException;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** This master's recoveries: one at a time, the last one's result is kept. */
public final class Rebuilds implements AutoCloseable {
    private static final int ID_BYTES = 8;
    /** Datanodes that are asked at a time. */
    private static final int ASKED = 8;

    private final Inventories inventories;
    private final NewGroup group;
    private final Clock clock;
    private final RandomGenerator random;
    private final Consumer<String> failpoint;
    private final ExecutorService runner = threads("rebuild", 1);
    private final ExecutorService askers = threads("rebuild-ask", ASKED);
    private volatile @Nullable Rebuild last;

    /** @param failpoint called with the name of each step before it is begun */
    public Rebuilds(
            Inventories inventories, NewGroup group, Clock clock, RandomGenerator random, Consumer<String> failpoint) {
        this.inventories = inventories;
        this.group = group;
        this.clock = clock;
        this.random = random;
        this.failpoint = failpoint;
    }

    /**
     * Begins one, or goes on with the one that runs if it is the same: an operator whose tool was killed asks again.
     *
     * @throws ConsensusException ERR_SERVICE_ALREADY_RUNNING: there is a group; RECOVERY_RUNNING: another one runs
     */
    public synchronized RebuildStatus begin(RebuildRequest request) {
        RebuildStatus current = status();
        if (current != null && !current.ended()) {
            if (current.request().equals(request)) {
                return current;
            }
            throw new ConsensusException(
                    "RECOVERY_RUNNING",
                    "recovery " + current.id() + " runs, with other arguments: wait for its end, then ask again");
        }
        group.claim();
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Rebuild next = new Rebuild(HexFormat.of().formatHex(id), request, inventories, group, askers, clock, failpoint);
        last = next;
        runner.execute(next);
        return next.status();
    }

    /**
     * The one that runs, or ran last; null: none has since this master started. Never waits: it is asked on event loops, and {@link #begin}
     * waits for answers that come by them.
     */
    public @Nullable RebuildStatus status() {
        Rebuild current = last;
        return current == null ? null : current.status();
    }

    private static ExecutorService threads(String name, int count) {
        return Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    @Override
    public void close() {
        runner.shutdownNow();
        askers.shutdownNow();
    }
}
