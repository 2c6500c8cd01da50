package io.kintsugi.datanode.replica;

import java.util.List;

/** What a replica does that isn't primary: takes appends, grants leases, confirms reads, is seeded. Has no state of its own. */
final class MemberRole {
    private final Core core;

    MemberRole(Core core) {
        this.core = core;
    }

    /** Rules 2 to 5. The epoch is the replica's own by now; its configuration may still have to be stored. */
    void onAppend(long from, Message.Append append) {
        ReplicaLog log = core.log;
        if (log.installing()) {
            storeConfig();
            return;
        }
        long lease = grant(append);
        if (!holdsPrevious(append)) {
            storeConfig();
            core.answer(from, new Message.Reject(append.epoch(), append.prevIndex(), hint(append.prevIndex()), null));
            return;
        }
        if (!take(append)) {
            return;
        }
        long proved = append.prevIndex() + append.entries().size();
        core.commit = Math.max(core.commit, Math.min(append.commitIndex(), proved));
        core.freeBound = append.freeUpTo();
        core.apply(null);
        core.free();
        core.answer(from, new Message.Ack(append.epoch(), proved, append.sentAtNanos(), lease));
    }

    /** Rule 15. Asked in this replica's own epoch. */
    void onConfirmRead(long from, Message.ConfirmRead question) {
        core.answer(from, new Message.ReadConfirmed(core.epoch, question.round()));
    }

    void onSeedOffer(long from, Message.SeedOffer offer) {
        if (core.log.installing()) {
            return;
        }
        if (core.commit >= offer.neededIndex()) {
            sendHint(from);
        } else if (!core.seeding) {
            core.seeding = true;
            core.effects.startSeed(offer.source(), offer.neededIndex());
        }
    }

    /** Tells the primary where to go on, unasked: this replica was just created, or a copy is in place. */
    void sendHint(long primary) {
        long next = core.log.last() + 1;
        core.answer(primary, new Message.Reject(core.epoch, next, next, null));
    }

    /**
     * Section 7: puts a checkpoint in place, unless the log has gone beyond it by now; then the checkpoint is dropped, not the log.
     *
     * @return whether a batch that installs it is under way
     */
    boolean install(Checkpoint checkpoint) {
        boolean held = checkpoint.last().index() <= core.commit || core.log.holds(checkpoint.last());
        if (held) {
            core.seeding = false;
            salvaged();
            core.effects.dropSeed();
            return false;
        }
        core.install(checkpoint);
        return true;
    }

    private void salvaged() {
        if (core.salvaging != 0) {
            core.salvaged = core.salvaging;
            core.salvaging = 0;
        }
    }

    /**
     * Only while there is no primary, so that nobody goes on from a state that this replica doesn't have. What it has applied in such an epoch can
     * have come from nowhere else: it was seeded before it was restarted.
     */
    void onSalvage(long source) {
        Member from = core.config.member(source);
        if (core.config.primary() != 0 || from == null || core.config.isInSync(core.id) || core.salvaged != 0) {
            return;
        }
        if (core.applied > 0) {
            core.salvaged = source;
        } else if (!core.seeding && !core.log.installing()) {
            core.seeding = true;
            core.salvaging = source;
            core.effects.startSalvage(from, core.config);
        }
    }

    /** The checkpoint is in place and synced. */
    void installed() {
        long index = core.log.base().index();
        core.seeding = false;
        salvaged();
        core.commit = Math.max(core.commit, index);
        core.applied = index;
        core.flushed = index;
    }

    /** Rule 14: counted from when the message came, whatever becomes of the answer. */
    private long grant(Message.Append append) {
        ReplicaOptions options = core.options;
        if (options.lease() > 0 && append.epoch() == core.epoch) {
            core.grantUntil = Math.max(core.grantUntil, core.now + options.grant());
            return options.lease();
        }
        return 0;
    }

    private boolean holdsPrevious(Message.Append append) {
        long prev = append.prevIndex();
        if (prev <= core.commit) {
            return true;
        }
        if (prev > core.log.last()) {
            return false;
        }
        return core.log.epochAt(prev) == append.prevEpoch();
    }

    private long hint(long prev) {
        if (prev > core.log.last()) {
            return core.log.last() + 1;
        }
        return core.log.firstOfEpoch(prev, core.commit + 1);
    }

    /** Passes over what it has, and takes the rest in one batch with the truncation that it needs. False: the replica has stopped. */
    private boolean take(Message.Append append) {
        ReplicaLog log = core.log;
        List<Entry> entries = append.entries();
        int have = 0;
        while (have < entries.size() && has(entries.get(have))) {
            have++;
        }
        List<Entry> fresh = List.copyOf(entries.subList(have, entries.size()));
        long cut = fresh.isEmpty() || fresh.get(0).index() > log.last()
                ? 0
                : fresh.get(0).index();
        if (cut > 0 && cut <= core.commit) {
            core.stop(
                    "COMMITTED_ENTRY_DIFFERS",
                    "Replica " + core.id + " knows entry " + cut + " as committed (commit index " + core.commit
                            + ", epoch "
                            + core.epoch + "), but its primary sent another one there in epoch " + append.epoch()
                            + ". It has stopped and keeps its files: compare the replicas' logs before anything is deleted.");
            return false;
        }
        if (cut > 0) {
            log.truncateFrom(cut);
        }
        log.append(fresh);
        if (cut > 0 || !fresh.isEmpty()) {
            core.persist(cut, fresh);
        } else {
            storeConfig();
        }
        return true;
    }

    private boolean has(Entry entry) {
        ReplicaLog log = core.log;
        if (entry.index() <= log.base().index()) {
            return true;
        }
        return entry.index() <= log.last() && log.epochAt(entry.index()) == entry.epoch();
    }

    private void storeConfig() {
        if (core.mustStore()) {
            core.persist(0, List.of());
        }
    }
}
