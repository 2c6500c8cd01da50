package io.kintsugi.datanode.host;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Timer;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The thread that writes one disk's log. While it syncs, changes gather; then all that has gathered shares the next sync. */
final class LogSync {
    private static final int MAX_GROUP = 4096;
    private static final LogOp STOP = new LogOp(0, null, 0, 0, List.of(), false, () -> {});

    private final LogStore log;
    private final Failpoints failpoints;
    private final Consumer<List<LogOp>> onWritten;
    private final Consumer<StorageException> onFailed;
    private final Timer syncTimes;
    private final Histogram groupSizes;
    private final LinkedBlockingQueue<LogOp> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** @param onWritten called after each group, on this thread; @param onFailed called once, after which nothing is written any more */
    LogSync(
            String name,
            LogStore log,
            HostContext context,
            Consumer<List<LogOp>> onWritten,
            Consumer<StorageException> onFailed) {
        this.log = log;
        this.failpoints = context.failpoints();
        this.onWritten = onWritten;
        this.onFailed = onFailed;
        syncTimes = context.metrics().timer("log.sync");
        groupSizes = context.metrics().histogram("log.group.size");
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void submit(LogOp op) {
        waiting.add(op);
    }

    /** Writes what was submitted so far, then ends. */
    void stop() {
        waiting.add(STOP);
        Threads.join(thread);
    }

    private void run() {
        List<LogOp> ops = new ArrayList<>();
        try {
            while (true) {
                ops.add(waiting.take());
                waiting.drainTo(ops, MAX_GROUP);
                int end = ops.indexOf(STOP);
                List<LogOp> group = end < 0 ? ops : ops.subList(0, end);
                if (!group.isEmpty()) {
                    write(group);
                }
                if (end >= 0) {
                    return;
                }
                ops = new ArrayList<>();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StorageException e) {
            onFailed.accept(e);
        }
    }

    private void write(List<LogOp> ops) {
        boolean sync = false;
        boolean epoch = false;
        try (LogStore.Group group = log.group()) {
            for (LogOp op : ops) {
                collect(op, group);
                sync |= op.sync();
                epoch |= op.header() != null && op.sync();
            }
            if (epoch) {
                failpoints.hit(FailpointNames.EPOCH_BEFORE_PERSIST);
            }
            groupSizes.update(ops.size());
            try (Timer.Context timed = syncTimes.time()) {
                log.write(group, sync);
            }
        }
        if (epoch) {
            failpoints.hit(FailpointNames.EPOCH_PERSISTED);
        }
        onWritten.accept(ops);
    }

    private static void collect(LogOp op, LogStore.Group group) {
        if (op.truncateFrom() > 0) {
            group.truncate(op.replica(), op.truncateFrom());
        }
        if (op.freeUpTo() > 0) {
            group.free(op.replica(), op.freeUpTo());
        }
        for (Entry entry : op.entries()) {
            group.append(op.replica(), entry);
        }
        if (op.header() != null) {
            group.header(op.replica(), op.header());
        }
    }
}
