package io.kintsugi.datanode.host;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Timer;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes one disk's log. While it syncs, changes gather; then all that has gathered shares the next sync. */
final class LogSync {
    private static final int MAX_GROUP = 4096;

    private final LogStore log;
    private final Consumer<String> failpoint;
    private final Consumer<List<LogOp>> onWritten;
    private final BiConsumer<List<LogOp>, StorageException> onFailed;
    private final Timer syncTimes;
    private final Histogram groupSizes;
    private final HostRuntime.Batcher<LogOp> batcher;
    private boolean failed;
    /** What could not be written for want of room, and all that came after it; null while there is room. */
    private List<LogOp> withoutRoom;

    /**
     * @param onWritten called after each group, beside the event loop
     * @param onFailed called with a group that failed: nothing is written any more, or, for want of room, not before {@link LogOp#resume}
     */
    LogSync(
            String name,
            LogStore log,
            HostContext context,
            Consumer<List<LogOp>> onWritten,
            BiConsumer<List<LogOp>, StorageException> onFailed) {
        this.log = log;
        this.failpoint = context.failpoint();
        this.onWritten = onWritten;
        this.onFailed = onFailed;
        syncTimes = context.metrics().timer("log.sync");
        groupSizes = context.metrics().histogram("log.group.size");
        batcher = context.runtime().batcher(name, MAX_GROUP, this::take);
    }

    void start() {
        batcher.start();
    }

    void submit(LogOp op) {
        batcher.submit(op);
    }

    /** Writes what was submitted so far, then ends. */
    void stop() {
        batcher.stop();
    }

    /** After a group that failed, however it did, no later one may become durable before it. */
    private void take(List<LogOp> ops) {
        if (failed) {
            return;
        }
        if (withoutRoom != null) {
            withoutRoom.addAll(ops);
            if (ops.stream().noneMatch(LogOp::resumes)) {
                return;
            }
        }
        failed = true;
        try {
            if (withoutRoom == null) {
                write(ops);
            } else {
                log.reopen();
                write(withoutRoom);
                withoutRoom = null;
            }
            failed = false;
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.FULL) {
                failed = false;
                withoutRoom = withoutRoom == null ? new ArrayList<>(ops) : withoutRoom;
            }
            onFailed.accept(ops, e);
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
                failpoint.accept(FailpointNames.EPOCH_BEFORE_PERSIST);
            }
            groupSizes.update(ops.size());
            try (Timer.Context timed = syncTimes.time()) {
                log.write(group, sync);
            }
        }
        if (epoch) {
            failpoint.accept(FailpointNames.EPOCH_PERSISTED);
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
