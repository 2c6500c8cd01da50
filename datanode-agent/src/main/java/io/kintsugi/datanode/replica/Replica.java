package io.kintsugi.datanode.replica;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One replica of one partition. All calls come from one thread; {@code now} is that machine's monotonic clock in nanoseconds and
 * never goes back. See the package's documentation, and DESIGN section 6 for the rules that the comments name.
 */
public final class Replica {
    private static final long NEVER = Progress.NEVER;

    private final Core core;
    private final MemberRole member;
    /** From hearing of a configuration that names this replica until hearing of one that doesn't. */
    private PrimaryRole primary;
    /** The batch that stores the epoch in which this replica takes office next. */
    private long officeTicket;

    private long installTicket = NEVER;
    private long wakeAt = NEVER;
    private boolean closed;

    private Replica(Core core) {
        this.core = core;
        this.member = new MemberRole(core);
    }

    /**
     * A replica that was just created and never answered anybody. It has no configuration yet: call {@link #onConfiguration} with
     * the one that it is created with (its first batch stores it).
     */
    public static Replica create(long id, LogView log, ReplicaOptions options, Effects effects, long now) {
        return new Replica(new Core(id, null, log, EntryId.NONE, options, effects, now));
    }

    /**
     * A replica opened from its disk: it has no role until it hears of one.
     *
     * @param config as stored last
     * @param applied the last entry in the flushed data store
     */
    public static Replica open(
            long id, Config config, LogView log, EntryId applied, ReplicaOptions options, Effects effects, long now) {
        Replica replica = new Replica(new Core(id, config, log, applied, options, effects, now));
        if (options.lease() > 0) {
            // it doesn't know what it granted before: as much as it could have (rule 14)
            replica.core.grantUntil = now + options.grant();
        }
        return replica;
    }

    /**
     * To be called once after {@link #open}. The primary of an idle partition doesn't notice that this replica was away, and what was
     * told of commits isn't stored: without a word it would lack the last of them until the next write, and couldn't be copied from.
     */
    public void onOpened(long now) {
        if (!begin(now)) {
            return;
        }
        if (core.config.primary() != 0 && core.config.primary() != core.id) {
            member.sendHint(core.config.primary());
        }
        end();
    }

    /** The master, or anybody, told this configuration; ignored unless its epoch is above the stored one. */
    public void onConfiguration(Config config, long now) {
        if (!begin(now)) {
            return;
        }
        // the present one again, in answer to a proposal, is a refusal. It closes nothing: a copy of the proposal may
        // still arrive
        if (config.epoch() > core.epoch) {
            adopt(config);
            storeConfig();
        }
        end();
    }

    /** The partition goes on without this replica, which keeps its log, data, configuration and epoch: it is primary no more. */
    public void onLeftOut(long now) {
        if (begin(now)) {
            dropRole();
            end();
        }
    }

    /**
     * A drill: other members stand in its stored configuration from now on, in the same epoch, which no master ever granted. Who may be
     * primary or in-sync stays, and nothing happens to a primary: so no entry is lost by it.
     */
    public void plantPeers(UnaryOperator<List<Member>> drill, long now) {
        if (!begin(now)) {
            return;
        }
        if (primary == null && core.config != null && core.config.primary() != core.id) {
            core.plant(core.config.withMembers(drill.apply(core.config.members())));
            storeConfig();
        }
        end();
    }

    /** A message from the replica {@code from} of this partition to this replica. */
    public void onMessage(long from, Message message, long now) {
        if (!begin(now)) {
            return;
        }
        switch (message) {
            case Message.Append append -> onAppend(from, append);
            case Message.Ack ack -> {
                if (isPrimaryOf(ack.epoch())) {
                    primary.onAck(from, ack);
                }
            }
            case Message.Reject reject -> onReject(from, reject);
            case Message.ConfirmRead question -> onConfirmRead(from, question);
            case Message.ReadConfirmed confirmed -> {
                if (isPrimaryOf(confirmed.epoch())) {
                    primary.onReadConfirmed(from, confirmed);
                }
            }
            case Message.SeedOffer offer -> {
                if (offer.epoch() == core.epoch && primary == null) {
                    member.onSeedOffer(from, offer);
                }
            }
        }
        end();
    }

    /** A client's write; {@link Effects#replyWrite} answers it once, with this token, perhaps within this call. */
    public void onClientWrite(WriteRequest request, long token, long now) {
        if (!begin(now) || primary == null) {
            core.effects.replyWrite(token, WriteOutcome.NOT_PRIMARY);
            return;
        }
        primary.write(request, token);
        end();
    }

    /** The master wants all replicas to count what they hold after the same entry; heeded by a primary alone ({@link Entry#mark}). */
    public void onVerify(long request, long timeMs, long now) {
        if (begin(now) && primary != null) {
            primary.mark(request, timeMs);
            end();
        }
    }

    /** A client's read; {@link Effects#replyRead} answers it once, with this token, perhaps within this call. */
    public void onClientRead(long token, long now) {
        if (!begin(now) || primary == null) {
            core.effects.replyRead(token, ReadOutcome.NOT_PRIMARY);
            return;
        }
        primary.reads.read(token);
        end();
    }

    /** The batch of this ticket, and all before it, is synced and {@link LogView} shows it. */
    public void onPersisted(long ticket, long now) {
        if (!begin(now)) {
            return;
        }
        boolean unknown = core.storedEpoch == 0;
        core.persisted(ticket);
        boolean created = unknown && core.storedEpoch != 0;
        boolean installed = ticket >= installTicket;
        if (installed) {
            installTicket = NEVER;
            member.installed();
        }
        // the primary may have asked before this replica was there: without a word of it, it would ask again only at
        // its next retry
        if ((created || installed) && primary == null && core.config.primary() != 0) {
            member.sendHint(core.config.primary());
        }
        if (primary != null && !primary.inOffice() && ticket >= officeTicket) {
            primary.takeOffice();
        } else if (primary == null) {
            core.apply(null);
        }
        end();
    }

    /** The master has this learner seeded from a replica on a broken disk (decision 0008). Ignored in any epoch but the task's. */
    public void onSalvage(long epoch, long source, long now) {
        if (!begin(now)) {
            return;
        }
        if (epoch == core.epoch && epoch == core.storedEpoch && primary == null) {
            member.onSalvage(source);
        }
        end();
    }

    /** A checkpoint is downloaded and synced. The machine answers with a batch that installs it, or with {@link Effects#dropSeed}. */
    public void onSeedReady(Checkpoint checkpoint, long now) {
        if (!begin(now)) {
            return;
        }
        if (checkpoint.sourceConfig().epoch() > core.epoch) {
            adopt(checkpoint.sourceConfig());
        }
        if (primary != null || core.log.installing()) {
            core.seeding = core.log.installing();
            core.effects.dropSeed();
        } else if (member.install(checkpoint)) {
            installTicket = core.lastTicket();
        }
        storeConfig();
        end();
    }

    /** The download that {@link Effects#startSeed} asked for has failed; the primary will offer another. */
    public void onSeedFailed(long now) {
        if (begin(now)) {
            core.seeding = core.log.installing();
            core.salvaging = core.seeding ? core.salvaging : 0;
            end();
        }
    }

    /** The data store is flushed: what it had applied up to this index survives a crash. */
    public void onFlushed(long appliedIndex, long now) {
        if (begin(now)) {
            core.flushed(appliedIndex);
            core.free();
            end();
        }
    }

    /** The stream to another replica's node is up again: ask it at once instead of at the next retry. */
    public void onPeerUp(long replica, long now) {
        if (begin(now) && primary != null) {
            primary.onPeerUp(replica);
            end();
        }
    }

    /** The deadline of {@link Effects#wakeAt} is reached. Harmless at other times. */
    public void onTimer(long now) {
        if (begin(now)) {
            wakeAt = NEVER;
            if (primary != null) {
                primary.onTimer();
            }
            end();
        }
    }

    /** Ends the replica's work (shutdown, broken disk, deletion): open requests are answered, then every event is ignored. */
    public void close(long now) {
        if (begin(now)) {
            dropRole();
            closed = true;
        }
    }

    public Role role() {
        if (core.alarm != null || core.config == null) {
            return Role.NONE;
        }
        if (primary != null && primary.inOffice()) {
            return Role.PRIMARY;
        }
        return core.config.names(core.id) && core.config.primary() != core.id ? Role.MEMBER : Role.NONE;
    }

    /** Stored and synced; 0: none yet. */
    public long epoch() {
        return core.storedEpoch;
    }

    public ReplicaStatus status() {
        return new ReplicaStatus(
                core.storedEpoch,
                core.storedConfig(),
                role(),
                core.log.durableId(),
                core.commit,
                core.applied,
                core.seeding,
                core.salvaged,
                core.alarm);
    }

    /** The newest configuration that is stored and synced; null: none yet. A checkpoint of what is applied now carries it. */
    public Config config() {
        return core.storedConfig();
    }

    // ------------------------------------------------------------------ events in detail
    private void onAppend(long from, Message.Append append) {
        if (append.epoch() < core.epoch) {
            fence(from, append.prevIndex());
            return;
        }
        if (append.epoch() > core.epoch) {
            if (append.config() == null || append.config().epoch() != append.epoch()) {
                return;
            }
            adopt(append.config());
        }
        if (primary == null && from == core.config.primary()) {
            member.onAppend(from, append);
        } else {
            storeConfig();
        }
    }

    private void onReject(long from, Message.Reject reject) {
        if (reject.config() != null) {
            // fenced; perhaps what was refused is of an epoch that this replica has left behind meanwhile
            if (reject.config().epoch() > core.epoch) {
                adopt(reject.config());
                storeConfig();
            }
        } else if (isPrimaryOf(reject.epoch())) {
            primary.onReject(from, reject);
        }
    }

    private void onConfirmRead(long from, Message.ConfirmRead question) {
        if (question.epoch() < core.epoch) {
            fence(from, 0);
        } else if (question.epoch() == core.epoch && from == core.config.primary()) {
            member.onConfirmRead(from, question);
        }
    }

    /** Rule 8: everything lower is refused, and the refusal names the epoch. */
    private void fence(long from, long prevIndex) {
        core.answer(from, new Message.Reject(core.epoch, prevIndex, 0, core.config));
    }

    private boolean isPrimaryOf(long epoch) {
        return primary != null && primary.inOffice() && epoch == core.epoch;
    }

    /** Rules 8 and 9: a higher epoch ends the role; it begins anew when the configuration names this replica, once that is stored. */
    private void adopt(Config config) {
        core.adopt(config);
        if (config.primary() == core.id) {
            primary = primary == null ? new PrimaryRole(core) : primary;
            primary.suspend();
            officeTicket = core.lastTicket() + 1;
        } else {
            dropRole();
        }
    }

    private void dropRole() {
        if (primary != null) {
            primary.depose();
            primary = null;
        }
    }

    private void storeConfig() {
        if (core.mustStore()) {
            core.persist(0, List.of());
        }
    }

    private boolean begin(long now) {
        core.now = now;
        return !closed && core.alarm == null;
    }

    private void end() {
        if (core.alarm != null) {
            dropRole();
        } else if (primary != null && primary.inOffice()) {
            primary.step();
        }
        long deadline = primary == null ? NEVER : primary.deadline();
        if (deadline != wakeAt) {
            wakeAt = deadline;
            core.effects.wakeAt(deadline);
        }
    }
}
