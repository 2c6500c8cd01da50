package io.kintsugi.master.consensus;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.CommandCodec;
import io.kintsugi.master.event.EventLog;
import io.kintsugi.master.event.EventReader;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Core;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One master's copy of the state, whatever replicates the log: entry → core → store → published state → outcomes, in one thread; and the
 * gate by which only a leader that is ready proposes. It owns no thread. What goes wrong in {@link #apply} or {@link #flush} is thrown, and
 * nothing may be applied after it.
 */
public final class MasterReplica {
    private static final Logger LOG = LoggerFactory.getLogger(MasterReplica.class);

    private final Core core;
    private final StateStore store;
    private final EventLog events;
    private final GroupCommit proposals;
    private final LeaderListener listener;
    private final LongSupplier term;
    private final Consumer<String> failpoint;
    private final Runnable resign;
    private final Object leadership = new Object();
    private volatile ClusterState state;
    private volatile Core.DigestAt recordedDigest;
    private volatile boolean ready;
    private boolean told; // guarded by leadership
    private long comparedIndex;

    /**
     * @param core takes in what the store holds, in place of what it has
     * @param term the term that this member of the group is in
     * @param resign lets another lead, or this member in a new term; must not wait. Asked for when the time that this leader's clock shows
     *     is refused, as after all machines slept: without it nothing would be accepted any more
     */
    public MasterReplica(
            Core core,
            StateStore store,
            GroupCommit proposals,
            LeaderListener listener,
            LongSupplier term,
            Consumer<String> failpoint,
            Runnable resign) {
        this.core = core;
        this.store = store;
        this.proposals = proposals;
        this.listener = listener;
        this.term = term;
        this.failpoint = failpoint;
        this.resign = resign;
        core.empty(); // a seed that was installed takes the place of what it had
        this.events = new EventLog(store);
        store.forEach((table, key, value) -> {
            if (table == EventLog.TABLE) {
                events.loaded();
            } else {
                core.load(table, key, value);
            }
        });
        this.state = core.loaded();
    }

    /** Tells the listener what was loaded: before anything else. */
    public void start() {
        listener.published(state);
    }

    public ClusterState state() {
        return state;
    }

    /** What happened, as far as this member has applied it. */
    public EventReader events() {
        return events;
    }

    /** Leads, and has applied all that was committed before. */
    public boolean ready() {
        return ready;
    }

    /** Up to here the store holds all effects. */
    public LogPosition applied() {
        return store.applied();
    }

    /**
     * Applies an entry.
     *
     * @param ownCall the call by which this member proposed it in this life, 0 when it didn't
     */
    public void apply(LogPosition at, ByteBuffer entry, long ownCall) {
        Applied applied = core.apply(at, EntryCodec.decode(entry, CommandCodec::decode));
        core.diverged().ifPresent(how -> {
            throw new ConsensusException("STATE_DIVERGED", how);
        });
        failpoint.accept(FailpointNames.STORE_WRITE);
        List<Change> changes = new ArrayList<>(applied.changes());
        changes.addAll(events.of(state, applied.state(), at));
        store.write(changes, at);
        recordedDigest = core.recordedDigest().orElse(null);
        published(applied.state());
        failpoint.accept(FailpointNames.OUTCOME_SEND);
        if (ownCall != 0) {
            proposals.applied(ownCall, applied.outcomes());
            if (ready && applied.outcomes().stream().anyMatch(o -> o.reason().equals(MasterCore.TIME_STEP))) {
                LOG.error("{}: leadership is handed over", applied.outcomes().getFirst());
                resign.run();
            }
        }
    }

    /**
     * Makes durable what was applied.
     *
     * @param last of the log's entries that this member has taken: those that aren't its own need no apply
     * @return the position that is durable
     */
    public LogPosition flush(LogPosition last) {
        if (last.index() > store.applied().index()) {
            store.write(List.of(), last);
        }
        failpoint.accept(FailpointNames.STORE_FLUSH);
        return store.flush();
    }

    /** This member leads, and has applied its term's first entry. */
    public void leaderReady() {
        synchronized (leadership) {
            lost();
            ready = true;
            proposals.lead(true);
            tellReady();
        }
    }

    /** It doesn't lead, or isn't sure. */
    public void lost() {
        synchronized (leadership) {
            proposals.lead(false);
            if (ready) {
                ready = false;
                if (told) {
                    told = false;
                    listener.leaderLost();
                }
            }
        }
    }

    /** To be called now and then: time limits of proposals, digests. */
    public void tick() {
        proposals.expire();
        Core.DigestAt digest = recordedDigest;
        if (ready && digest != null && digest.index() > comparedIndex) {
            comparedIndex = digest.index();
            proposals
                    .propose("", term.getAsLong(), "master", new Command.VerifyDigest(digest.index(), digest.digest()))
                    .whenComplete((outcome, failure) -> {
                        if (failure != null) {
                            LOG.debug("the digest wasn't compared this time", failure);
                        }
                    });
        }
    }

    private void published(ClusterState next) {
        synchronized (leadership) { // one call to the listener at a time
            state = next;
            listener.published(next);
            tellReady();
        }
    }

    /** A group that was founded a moment ago has a leader before it has a cluster: there is nothing to drive until then. */
    private void tellReady() {
        if (ready && !told && state.cluster().isPresent()) {
            told = true;
            listener.leaderReady(term.getAsLong(), state);
        }
    }
}
