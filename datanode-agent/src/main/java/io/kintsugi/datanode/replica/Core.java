package io.kintsugi.datanode.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What a replica has in every role: its configuration, log, commit index, grants, and the order of its durable batches. */
final class Core {
    /** Receiver of what was applied: the primary, who answers clients. */
    interface AppliedListener {
        void applied(List<Entry> entries, List<ApplyResult> results);
    }

    /** An answer that has to wait until all that it speaks of is synced. */
    private record Answer(long ticket, Member to, Message message) {}

    private static final long APPLY_BYTES = 1 << 20;

    final long id;
    final ReplicaOptions options;
    final Effects effects;
    final ReplicaLog log;

    /** The newest configuration heard of; null: none yet. Stored, or in a batch under way, or in {@link #toStore}. */
    Config config;

    /** The newest that is synced. */
    private Config stored;

    long epoch;
    long storedEpoch;
    private Config toStore;
    private Config storing;
    private long storingTicket;

    long now;
    long commit;
    long applied;
    long flushed;
    private long freed;
    /** The primary's bound of what may be freed (rule 16). */
    long freeBound;

    /** All grants that this replica gave as a member are over then, by its own clock (rule 14). */
    long grantUntil;

    String alarm;
    boolean seeding;
    /** The replica on a broken disk that this one is being seeded from, and whose data it holds since; 0: none. */
    long salvaging;

    long salvaged;
    private long tickets;
    private ArrayDeque<Answer> answers;

    Core(long id, Config config, LogView view, EntryId applied, ReplicaOptions options, Effects effects, long now) {
        this.id = id;
        this.options = options;
        this.effects = effects;
        this.log = new ReplicaLog(view);
        this.config = config;
        this.stored = config;
        this.epoch = config == null ? 0 : config.epoch();
        this.storedEpoch = epoch;
        this.commit = applied.index();
        this.applied = commit;
        this.flushed = commit;
        this.freed = view.base().index();
        this.now = now;
        this.grantUntil = now;
    }

    /** Takes note of a higher epoch; the next batch stores it. */
    void adopt(Config newer) {
        config = newer;
        epoch = newer.epoch();
        toStore = newer;
        salvaged = newer.primary() == 0 ? salvaged : 0; // an ordinary replica from then on
        freeBound = 0;
    }

    /** The same epoch with another content: only drills do this. */
    void plant(Config other) {
        config = other;
        toStore = other;
    }

    boolean mustStore() {
        return toStore != null;
    }

    Config storedConfig() {
        return stored;
    }

    long lastTicket() {
        return tickets;
    }

    /** Appends to the log in memory and starts the one synced batch that makes it, and a new configuration, durable. */
    long persist(long truncateFrom, List<Entry> entries) {
        long ticket = ++tickets;
        log.underWay(ticket);
        submit(new Batch(ticket, toStore, null, truncateFrom, entries));
        return ticket;
    }

    long install(Checkpoint checkpoint) {
        long ticket = ++tickets;
        log.install(checkpoint.last(), applied, ticket);
        log.underWay(ticket);
        submit(new Batch(ticket, toStore, checkpoint, 0, List.of()));
        return ticket;
    }

    private void submit(Batch batch) {
        if (toStore != null) {
            storing = toStore;
            storingTicket = batch.ticket();
            toStore = null;
        }
        effects.persist(batch);
    }

    /** Notes the sync and sends the answers that waited for it. */
    void persisted(long ticket) {
        log.persisted(ticket);
        if (storing != null && ticket >= storingTicket) {
            stored = storing;
            storedEpoch = storing.epoch();
            storing = null;
        }
        while (answers != null && !answers.isEmpty() && answers.peek().ticket <= ticket) {
            Answer answer = answers.poll();
            // an answer given in an epoch that is over proves nothing any more
            if (answer.message.epoch() == epoch) {
                effects.send(answer.to, answer.message);
            }
        }
    }

    /** Answers once everything under way is synced: rules 3 and 8. */
    void answer(long to, Message message) {
        Member member = config == null ? null : config.member(to);
        if (member == null) {
            return;
        }
        if (log.allSynced()) {
            effects.send(member, message);
            return;
        }
        if (answers == null) {
            answers = new ArrayDeque<>(4);
        }
        answers.add(new Answer(tickets, member, message));
    }

    /** Rule 4: applies what is committed and synced here. */
    void apply(AppliedListener listener) {
        if (log.installing() || alarm != null) {
            return;
        }
        long to = Math.min(commit, log.durable());
        while (applied < to) {
            List<Entry> entries = log.read(applied + 1, to, APPLY_BYTES);
            List<ApplyResult> results = effects.apply(entries);
            applied += entries.size();
            if (listener != null) {
                listener.applied(entries, results);
            }
        }
        log.trim(applied);
    }

    /** What the log holds behind what is applied. */
    List<Entry> unapplied() {
        List<Entry> entries = new ArrayList<>();
        for (long next = applied + 1; next <= log.last(); next = applied + 1 + entries.size()) {
            entries.addAll(log.read(next, log.last(), APPLY_BYTES));
        }
        return entries;
    }

    void flushed(long index) {
        flushed = Math.max(flushed, index);
    }

    /** Rule 16. */
    void free() {
        long upTo = Math.min(flushed, freeBound);
        if (!log.installing() && upTo > freed) {
            freed = upTo;
            effects.freeLog(upTo);
        }
    }

    void stop(String reasonCode, String text) {
        alarm = text;
        effects.alarm(reasonCode, text);
    }
}
