package io.kintsugi.sim.master;

import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.SimExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One member of the group. Its log, term and membership survive crashes; the rest is of one life. Log replication is Raft's, with its
 * messages over the network; votes are given by {@link Raft} at one instant, which is one of the schedules that Raft allows.
 */
final class RaftMember {
    /** Who applies the log. */
    interface Host {
        void apply(long term, long index, LogEntry entry);

        /** Applied the first entry of the term that this member leads in. */
        void leaderReady();

        void notLeader();

        /** The leader has freed log that this member needs. */
        void needsSeed();
    }

    /** What a leader sends. The entries follow {@code prev}. */
    private record Append(
            RaftMember leader, long term, long prev, long prevTerm, List<LogEntry> entries, long commit) {}

    private static final class Follower {
        long next;
        long match;
        long toldCommit;
        boolean open;
        long number;
    }

    private final Raft raft;
    private final RaftTiming timing;
    private final Process process;
    private final SplittableRandom random;
    // survives
    final RaftLog log = new RaftLog();
    long term;
    boolean hasStore = true;
    // of this life
    private Host host;
    private SimExecutor applier;
    private boolean applying;
    private boolean leading;
    private RaftMember leader;
    private long commit;
    private long applied;
    private long syncing;
    private final Map<RaftMember, Follower> followers = new HashMap<>();
    private final TreeMap<Long, CompletableFuture<Void>> pending = new TreeMap<>();
    private long slow;

    RaftMember(Raft raft, Process process) {
        this.raft = raft;
        this.timing = raft.timing();
        this.process = process;
        this.random = process.world().random("raft " + process.name());
        process.onCrash(this::crashed);
    }

    private void crashed() {
        leading = false;
        leader = null;
        host = null;
        applying = false;
        followers.clear();
        pending.clear();
        log.crash();
    }

    /** A new life begins, with a store that holds everything up to the index. */
    void start(Host applies, long storedIndex) {
        host = applies;
        applier = new SimExecutor(process, "apply", 100_000);
        commit = storedIndex;
        applied = storedIndex;
        syncing = 0;
        raft.changed();
    }

    Process process() {
        return process;
    }

    String name() {
        return process.name();
    }

    boolean leading() {
        return leading;
    }

    boolean running() {
        return process.up() && host != null;
    }

    RaftMember leader() {
        return leading ? this : leader;
    }

    long applied() {
        return applied;
    }

    long commit() {
        return commit;
    }

    /** Fails when this member doesn't lead, or leads no more before the entry is applied: it may yet be. */
    CompletableFuture<Void> submit(String proposer, long call, byte[] data) {
        if (!leading) {
            return CompletableFuture.failedFuture(new IllegalStateException(name() + " doesn't lead"));
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        log.append(new LogEntry(term, proposer, call, data));
        pending.put(log.last(), done);
        grown();
        return done;
    }

    /** Votes were given to this member. */
    void lead(long newTerm) {
        term = newTerm;
        leading = true;
        leader = null;
        followers.clear();
        log.append(LogEntry.first(term));
        grown();
    }

    /** Hears of a term: whoever led in a lower one leads no more. */
    void hear(long newTerm) {
        if (newTerm > term) {
            term = newTerm;
            stepDown();
        }
    }

    void stepDown() {
        leader = null;
        if (leading) {
            leading = false;
            process.world().note(name(), () -> "leads no more");
            List<CompletableFuture<Void>> unknown = List.copyOf(pending.values());
            pending.clear();
            unknown.forEach(f -> f.completeExceptionally(new IllegalStateException(name() + " leads no more")));
            if (host != null) {
                host.notLeader();
            }
        }
    }

    void slowLog(long nanos) {
        slow = nanos;
    }

    private void grown() {
        sync(this::advance);
        replicate();
    }

    /** Syncs the log as it is now. */
    private void sync(Runnable then) {
        long upTo = log.last();
        process.after(random.nextLong(timing.syncMax()) + 1 + slow, "raft.sync", () -> {
            log.synced(upTo);
            then.run();
        });
    }

    /** Sends to everybody what he may need. */
    void replicate() {
        if (leading && running()) {
            raft.others(this).forEach(this::send);
        }
    }

    private void send(RaftMember to) {
        Follower f = followers.computeIfAbsent(to, t -> {
            Follower fresh = new Follower();
            fresh.next = log.last() + (log.lastTerm() == term ? 0 : 1);
            return fresh;
        });
        boolean needed = f.match < log.last() || f.toldCommit < Math.min(commit, f.match);
        if (f.open || !needed || !raft.reaches(this, to)) {
            return;
        }
        f.open = true;
        long number = ++f.number;
        if (f.next <= log.base()) {
            long freed = log.base();
            long freedTerm = log.term(freed);
            raft.datagram(this, to, "raft.seed", () -> to.behind(this, freed, freedTerm));
        } else {
            long prev = f.next - 1;
            Append append = new Append(this, term, prev, log.term(prev), log.between(prev, log.last()), commit);
            raft.datagram(this, to, "raft.append", () -> to.append(append));
        }
        process.after(timing.retry(), "raft.retry", () -> {
            if (leading && f.number == number) {
                f.open = false;
                send(to);
            }
        });
    }

    /** Up to here that member has what this leader has; 0 when it isn't known. */
    long matched(RaftMember member) {
        Follower f = followers.get(member);
        return f == null ? 0 : f.match;
    }

    /** What it knew of a member that comes back with another log. */
    void forget(RaftMember member) {
        followers.remove(member);
    }

    /** Unless it has the last entry that the leader freed: then only an old refusal came late. */
    private void behind(RaftMember from, long freed, long freedTerm) {
        if (host != null && from.term >= term && !log.has(freed, freedTerm)) {
            host.needsSeed();
        }
    }

    private void append(Append a) {
        if (host == null || !hasStore) {
            return;
        }
        if (a.term < term) {
            reply(a, false, 0);
            return;
        }
        hear(a.term);
        leader = a.leader;
        long prev = a.prev;
        if (prev > log.last() || prev > log.base() && log.term(prev) != a.prevTerm) {
            reply(a, false, Math.max(log.base(), Math.min(prev - 1, log.last())));
            return;
        }
        long index = prev;
        for (LogEntry entry : a.entries) {
            index++;
            if (index <= log.base()) {
                continue; // freed: it was committed
            }
            if (index <= log.last() && log.term(index) != entry.term()) {
                if (index <= commit) {
                    throw process.world()
                            .broken("raft", name() + " would drop entry " + index + ", which is committed");
                }
                log.truncate(index - 1);
            }
            if (index > log.last()) {
                log.append(entry);
            }
        }
        long match = index;
        sync(() -> {
            if (term == a.term) {
                commitTo(Math.min(a.commit, Math.min(match, log.synced())));
                reply(a, true, match);
            }
        });
    }

    private void reply(Append to, boolean taken, long index) {
        long now = term;
        raft.datagram(this, to.leader, "raft.reply", () -> to.leader.replied(this, now, to, taken, index));
    }

    private void replied(RaftMember from, long itsTerm, Append to, boolean taken, long index) {
        hear(itsTerm);
        Follower f = followers.get(from);
        if (!leading || to.term != term || f == null) {
            return;
        }
        f.open = false;
        f.number++;
        if (taken) {
            f.match = Math.max(f.match, index);
            f.next = f.match + 1;
            f.toldCommit = Math.max(f.toldCommit, Math.min(to.commit, index));
            advance();
        } else {
            f.next = Math.max(f.match + 1, Math.min(index + 1, f.next)); // an old refusal may come late
        }
        send(from);
    }

    /** Commits what a majority has synced, if it is of this term; what came before with it. */
    private void advance() {
        if (!leading) {
            return;
        }
        List<Long> matches = new ArrayList<>();
        for (RaftMember voter : raft.voters()) {
            Follower f = followers.get(voter);
            matches.add(voter == this ? log.synced() : f == null ? 0L : f.match);
        }
        matches.sort(null);
        long majority = matches.get((matches.size() - 1) / 2);
        long reached = Math.min(majority, log.synced());
        if (reached > commit && log.term(reached) == term) {
            commitTo(reached);
            replicate();
        }
    }

    private void commitTo(long index) {
        if (index > commit) {
            raft.committed(this, commit, index);
            commit = index;
        }
        if (applied < commit && !applying) {
            applying = true;
            applier.execute(this::apply);
        }
    }

    private void apply() {
        applying = false;
        while (applied < commit) {
            long index = applied + 1;
            LogEntry entry = log.get(index);
            if (entry.data() != null) {
                host.apply(entry.term(), index, entry);
            }
            applied = index;
            CompletableFuture<Void> done = pending.remove(index);
            if (done != null) {
                done.complete(null);
            }
            if (leading && entry.data() == null && entry.term() == term) {
                host.leaderReady();
            }
        }
    }

    /** Whether this one's log is at least as new as the other's. */
    boolean upToDate(RaftMember other) {
        return log.lastTerm() != other.log.lastTerm()
                ? log.lastTerm() > other.log.lastTerm()
                : log.last() >= other.log.last();
    }

    /** The store is lost, and the log with it: no member until it is seeded. To be called when it is down, or before it starts anew. */
    void wipe() {
        hasStore = false;
        host = null;
        log.restart(0, 0);
    }

    /** Has been seeded. */
    void seeded(long index, long entryTerm) {
        hasStore = true;
        log.restart(index, entryTerm);
    }
}
