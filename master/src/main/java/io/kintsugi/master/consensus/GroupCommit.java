package io.kintsugi.master.consensus;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.CommandCodec;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.port.ProposalException;
import io.kintsugi.master.port.Proposer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many commands in one Raft entry: callers queue up, one thread drains up to {@value #ENTRY_BYTES} bytes into an entry, a few entries are
 * in flight. Under load entries fill by themselves; a lone command waits for nobody.
 *
 * <p>Outcomes come from this master's own apply, by the entry's call id, so that one is also learnt when another leader committed
 * the entry.
 */
public final class GroupCommit implements Proposer, AutoCloseable {
    /** Submits an entry on this master. Completes exceptionally when it is unknown whether the entry will be committed. */
    public interface Submitter {
        CompletableFuture<?> submit(long callId, byte[] entry);
    }

    static final int ENTRY_BYTES = 256 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private record Pending(byte[] command, CompletableFuture<Outcome> outcome, long deadlineNanos) {}

    private record Batch(List<Pending> proposals, Timer.Context timer) {}

    private final Executor thread;
    private final Submitter submitter;
    private final Clock clock;
    private final long timeoutNanos;
    private final int inFlightLimit;
    private final Timer commitTime;
    private final Histogram batchSize;

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private final Map<Long, Batch> inFlight = new LinkedHashMap<>();
    private boolean leading;
    private boolean closed;
    private boolean draining;
    private long lastCall;

    /**
     * @param thread runs one task after the other, never in its caller's thread
     * @param inFlightLimit how many entries may be submitted and not applied
     */
    public GroupCommit(
            Executor thread,
            Submitter submitter,
            Clock clock,
            Duration timeout,
            int inFlightLimit,
            MetricRegistry metrics) {
        this.thread = thread;
        this.submitter = submitter;
        this.clock = clock;
        this.timeoutNanos = timeout.toNanos();
        this.inFlightLimit = inFlightLimit;
        this.commitTime = metrics.timer("raft.commit");
        this.batchSize = metrics.histogram("raft.entry.commands");
    }

    @Override
    public CompletableFuture<Outcome> propose(String requestId, long term, String requestedBy, Command command) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        byte[] encoded = CommandCodec.encode(new Envelope(requestId, term, clock.millis(), requestedBy, command));
        lock.lock();
        try {
            if (leading && !closed) {
                queue.add(new Pending(encoded, outcome, clock.nanos() + timeoutNanos));
                drainSoon();
                return outcome;
            }
        } finally {
            lock.unlock();
        }
        outcome.completeExceptionally(notLeader());
        return outcome;
    }

    /** The leader-ready gate. Closing it refuses what was queued; what is in flight waits for its outcome, or its time limit. */
    void lead(boolean now) {
        List<Pending> refused = new ArrayList<>();
        lock.lock();
        try {
            leading = now;
            if (!now) {
                refused.addAll(queue);
                queue.clear();
            }
        } finally {
            lock.unlock();
        }
        refused.forEach(p -> p.outcome().completeExceptionally(notLeader()));
    }

    /** Called by apply, with the outcomes of one of this master's entries. */
    void applied(long callId, List<Outcome> outcomes) {
        Batch batch = take(callId);
        if (batch == null) {
            return; // proposed before this master's last start, or given up
        }
        batch.timer().stop();
        for (int i = 0; i < outcomes.size(); i++) {
            batch.proposals().get(i).outcome().complete(outcomes.get(i));
        }
    }

    /** Gives up what has waited beyond its time limit. To be called now and then. */
    void expire() {
        long now = clock.nanos();
        List<Pending> expired = new ArrayList<>();
        lock.lock();
        try {
            while (!queue.isEmpty() && queue.peek().deadlineNanos() - now <= 0) {
                expired.add(queue.poll());
            }
            Iterator<Batch> batches = inFlight.values().iterator();
            while (batches.hasNext()) {
                Batch batch = batches.next();
                if (batch.proposals().getFirst().deadlineNanos() - now <= 0) {
                    expired.addAll(batch.proposals());
                    batches.remove();
                    drainSoon();
                }
            }
        } finally {
            lock.unlock();
        }
        expired.forEach(p ->
                p.outcome().completeExceptionally(unknown("no majority of the masters confirmed it in time", null)));
    }

    /** With the lock held. */
    private void drainSoon() {
        if (!draining && !closed && !queue.isEmpty() && inFlight.size() < inFlightLimit) {
            draining = true;
            thread.execute(this::drain);
        }
    }

    private void drain() {
        while (submitNext()) {
            // one entry after the other
        }
    }

    private boolean submitNext() {
        List<Pending> proposals = new ArrayList<>();
        long callId;
        lock.lock();
        try {
            draining = !closed && !queue.isEmpty() && inFlight.size() < inFlightLimit;
            if (!draining) {
                return false;
            }
            int bytes = 0;
            while (!queue.isEmpty()
                    && (proposals.isEmpty() || bytes + queue.peek().command().length <= ENTRY_BYTES)) {
                bytes += queue.peek().command().length;
                proposals.add(queue.poll());
            }
            callId = ++lastCall;
            inFlight.put(callId, new Batch(proposals, commitTime.time()));
        } finally {
            lock.unlock();
        }
        batchSize.update(proposals.size());
        submitter
                .submit(
                        callId,
                        EntryCodec.encode(
                                proposals.stream().map(Pending::command).toList()))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        fail(callId, failure);
                    }
                });
        return true;
    }

    private void fail(long callId, Throwable cause) {
        Batch batch = take(callId);
        if (batch != null) {
            LOG.debug("entry {} was not confirmed", callId, cause);
            // Ratis says "not leader" also for entries that were appended and may yet be committed
            batch.proposals()
                    .forEach(p -> p.outcome().completeExceptionally(unknown("leadership changed meanwhile", cause)));
        }
    }

    private @Nullable Batch take(long callId) {
        lock.lock();
        try {
            Batch batch = inFlight.remove(callId);
            drainSoon();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Pending> open = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            inFlight.values().forEach(batch -> open.addAll(batch.proposals()));
            inFlight.clear();
        } finally {
            lock.unlock();
        }
        lead(false);
        open.forEach(p -> p.outcome().completeExceptionally(unknown("this master stopped", null)));
    }

    private static ProposalException notLeader() {
        return new ProposalException("NOT_LEADER", "this master doesn't lead: nothing was done; ask the leader", null);
    }

    private static ProposalException unknown(String why, @Nullable Throwable cause) {
        return new ProposalException(
                "UNKNOWN",
                "it is not known whether this was done (" + why + "): ask again with the same request id",
                cause);
    }
}
