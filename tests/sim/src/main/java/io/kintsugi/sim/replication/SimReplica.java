package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Batch;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Effects;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.LogView;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.replica.ReadOutcome;
import io.kintsugi.datanode.replica.Replica;
import io.kintsugi.datanode.replica.Role;
import io.kintsugi.datanode.replica.WriteOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One replica on a node and a disk of its own: what is synced, what is on its way there, its clock, and the machine when it is up. */
final class SimReplica implements Effects, LogView {
    /** A checkpoint on its way or waiting to be installed. */
    private record Copy(Data data, Config config) {}

    final World world;
    final long id;
    final Member member;
    private final double rate;
    private final long offset;

    // ---- the process
    Replica machine;
    int life;
    boolean up;
    long pausedUntil;
    private long wakeAt = Long.MAX_VALUE;
    private long scheduledAt = Long.MAX_VALUE;

    // ---- the disk, synced
    boolean gone;
    Config config;
    private EntryId base = EntryId.NONE;
    private final List<Entry> log = new ArrayList<>();
    private Data flushed = new Data();
    /** How much of what was committed this disk holds. */
    int prefix;

    // ---- not synced
    private final ArrayDeque<Batch> unsynced = new ArrayDeque<>();
    private long lastSync;
    Data data = new Data();
    private Copy staged;

    SimReplica(World world, long id) {
        this.world = world;
        this.id = id;
        this.member = new Member(id, (int) id, 1, "", "");
        this.rate = 1 + (world.random.nextDouble() - 0.5) * 0.09;
        this.offset = world.random.nextLong(1L << 40);
    }

    // ------------------------------------------------------------------ life
    private long clock() {
        return offset + (long) (world.now * rate);
    }

    /** Comes to life as an empty replica that the master asked for. */
    void create(Config first) {
        up = true;
        machine = Replica.create(id, this, world.plan.options, this, clock());
        machine.onConfiguration(first, clock());
        live();
    }

    private void live() {
        int now = life;
        world.at(world.random.nextLong(world.plan.flushEvery) + 1, Kind.FLUSH, () -> flush(now));
        world.at(world.random.nextLong(20 * Plan.MS), Kind.REPORT, () -> report(now));
    }

    /** The process dies; of what was on its way to the disk the first part may have arrived, in whole batches. */
    void crash() {
        up = false;
        life++;
        machine = null;
        int arrived = unsynced.isEmpty() ? 0 : world.random.nextInt(unsynced.size() + 1);
        while (arrived-- > 0) {
            store(unsynced.poll());
        }
        unsynced.clear();
        staged = null;
        data = null;
        wakeAt = scheduledAt = Long.MAX_VALUE;
    }

    void restart() {
        if (up || gone) {
            return;
        }
        up = true;
        pausedUntil = 0;
        data = flushed.copy();
        if (world.bug == Bug.EPOCH_VOLATILE) {
            config = world.master.history((int) Math.max(1, last().epoch()));
        }
        if (config == null) {
            machine = Replica.create(id, this, world.plan.options, this, clock());
        } else {
            machine = Replica.open(id, config, this, data.applied, world.plan.options, this, clock());
        }
        live();
        boolean told = clock() / 1_000_000 % 2 == 0;
        if (config != null && told) { // as often as not the word is lost
            machine.onOpened(clock());
        }
    }

    /** The disk is lost, with everything on it. */
    void wipe() {
        if (up) {
            crash();
        }
        log.clear();
        base = EntryId.NONE;
        flushed = new Data();
        config = null;
        prefix = 0;
        gone = world.bug != Bug.WIPE_SAME_ID;
    }

    /** An event of this replica's machine, unless the process has died since, or later if it is paused. */
    void event(int bornIn, Kind kind, String what, Consumer<Replica> action) {
        if (!up || bornIn >= 0 && bornIn != life) {
            return;
        }
        if (world.now < pausedUntil) {
            world.at(pausedUntil - world.now, kind, () -> event(bornIn, kind, what, action));
            return;
        }
        world.trace(() -> "replica " + id + ": " + what);
        action.accept(machine);
        world.laws.office(this);
    }

    private void flush(int now) {
        if (up && life == now) {
            event(now, Kind.FLUSH, "flush", machine -> {
                if (flushed.applied.index() < data.applied.index()) {
                    flushed = data.copy();
                    machine.onFlushed(flushed.applied.index(), clock());
                }
            });
            world.at(world.plan.flushEvery, Kind.FLUSH, () -> flush(now));
        }
    }

    private void report(int now) {
        if (up && life == now) {
            if (world.now >= pausedUntil) {
                world.network.toMaster(id, Kind.REPORT, status());
            }
            world.at(25 * Plan.MS, Kind.REPORT, () -> report(now));
        }
    }

    private Runnable status() {
        var status = machine.status();
        return () -> world.master.report(id, status);
    }

    // ------------------------------------------------------------------ events from outside
    void receive(long from, Message message) {
        event(
                -1,
                Kind.MESSAGE,
                from + " says " + World.show(message),
                machine -> machine.onMessage(from, message, clock()));
    }

    void configured(Config newest) {
        event(
                -1,
                Kind.CONFIGURATION,
                "hears " + World.show(newest),
                machine -> machine.onConfiguration(newest, clock()));
    }

    void write(io.kintsugi.datanode.replica.WriteRequest request, long token) {
        event(-1, Kind.CLIENT, "write " + token, machine -> machine.onClientWrite(request, token, clock()));
    }

    void read(long token) {
        event(-1, Kind.CLIENT, "read " + token, machine -> machine.onClientRead(token, clock()));
    }

    boolean isPrimary() {
        return machine != null && machine.role() == Role.PRIMARY;
    }

    // ------------------------------------------------------------------ effects
    @Override
    public void send(Member to, Message message) {
        if (message instanceof Message.SeedOffer
                && message.epoch() == world.master.epoch()
                && world.master.config.isInSync(to.replica())) {
            throw new LawBroken("S8: in-sync replica " + to.replica() + " needs log that primary " + id + " has freed");
        }
        world.network.send(id, to.replica(), message);
    }

    @Override
    public void persist(Batch batch) {
        unsynced.add(batch);
        int now = life;
        lastSync = Math.max(lastSync, world.now + world.random.nextLong(world.plan.syncMax) + 1);
        world.at(lastSync - world.now, Kind.SYNC, () -> synced(now, batch));
    }

    private void synced(int bornIn, Batch batch) {
        event(bornIn, Kind.SYNC, "synced " + batch.ticket(), machine -> {
            if (unsynced.isEmpty() || unsynced.peek().ticket() > batch.ticket()) {
                return;
            }
            while (!unsynced.isEmpty() && unsynced.peek().ticket() <= batch.ticket()) {
                store(unsynced.poll());
            }
            machine.onPersisted(batch.ticket(), clock());
        });
    }

    private void store(Batch batch) {
        if (batch.config() != null) {
            config = batch.config();
        }
        if (batch.install() != null) {
            data = staged.data.copy();
            flushed = staged.data;
            staged = null;
            log.clear();
            base = flushed.applied;
            world.laws.installed(this);
            prefix = (int) base.index();
        }
        if (batch.truncateFrom() > 0) {
            cut(batch.truncateFrom());
        }
        for (Entry entry : batch.entries()) {
            int at = (int) (entry.index() - base.index()) - 1;
            if (at < log.size()) {
                log.set(at, entry);
            } else {
                log.add(entry);
            }
            prefix = Math.min(prefix, (int) entry.index() - 1);
            world.laws.stored(this, entry.index());
        }
        if (!batch.entries().isEmpty()) {
            long next = batch.entries().get(batch.entries().size() - 1).index() + 1;
            if (next <= last().index()) {
                world.laws.stored(this, next);
            }
        }
    }

    private void cut(long from) {
        int keep = (int) (from - base.index()) - 1;
        log.subList(Math.max(0, Math.min(keep, log.size())), log.size()).clear();
        prefix = Math.min(prefix, (int) from - 1);
    }

    /** How many of the committed entries, from the first, are in this log or in the flushed data before it. */
    int proved(List<Entry> committed) {
        while (prefix < committed.size() && prefix < last().index() && entry(prefix + 1) == committed.get(prefix)) {
            prefix++;
        }
        return prefix;
    }

    @Override
    public List<ApplyResult> apply(List<Entry> entries) {
        List<ApplyResult> results = new ArrayList<>(entries.size());
        boolean primary = isPrimary();
        for (Entry entry : entries) {
            results.add(data.apply(entry));
            world.laws.applied(this, entry, primary);
        }
        return results;
    }

    @Override
    public void replyWrite(long token, WriteOutcome outcome) {
        world.clients.wrote(token, outcome);
    }

    @Override
    public void replyRead(long token, ReadOutcome outcome) {
        world.clients.read(this, token, outcome);
    }

    @Override
    public void propose(Proposal proposal) {
        world.network.toMaster(id, Kind.PROPOSAL, () -> world.master.proposed(proposal));
    }

    @Override
    public void wakeAt(long nanos) {
        wakeAt = nanos;
        if (nanos < scheduledAt) {
            scheduledAt = nanos;
            int now = life;
            long delay = (long) Math.ceil((nanos - clock()) / rate) + 1;
            world.at(Math.max(1, delay), Kind.TIMER, () -> timer(now, nanos));
        }
    }

    private void timer(int bornIn, long dueAt) {
        if (life != bornIn || scheduledAt != dueAt) {
            return;
        }
        scheduledAt = Long.MAX_VALUE;
        if (wakeAt > clock()) {
            long later = wakeAt;
            wakeAt = Long.MAX_VALUE;
            if (later != Long.MAX_VALUE) {
                wakeAt(later);
            }
            return;
        }
        event(bornIn, Kind.TIMER, "timer", machine -> machine.onTimer(clock()));
    }

    @Override
    public void startSeed(Member source, long neededIndex) {
        int now = life;
        SimReplica from = world.replicas.get((int) source.replica());
        world.at(world.delay(), Kind.CHECKPOINT, () -> {
            boolean able = from.up
                    && from.config != null
                    && from.data.applied.index() >= neededIndex
                    && !world.network.cut(id, from.id);
            Copy copy = able ? new Copy(from.checkpoint(), from.config) : null;
            long takes = world.random.nextLong(world.random.nextInt(3) == 0 ? world.plan.slowest : 5 * Plan.MS);
            world.at(
                    takes + 1,
                    Kind.SEED,
                    () -> event(now, Kind.SEED, "checkpoint of " + source.replica(), machine -> {
                        if (copy == null) {
                            machine.onSeedFailed(clock());
                        } else {
                            staged = copy;
                            machine.onSeedReady(new Checkpoint(copy.data.applied, copy.config), clock());
                        }
                    }));
        });
    }

    private Data checkpoint() {
        Data copy = data.copy();
        if (world.bug == Bug.CHECKPOINT_UNCOMMITTED) {
            for (long i = copy.applied.index() + 1; i <= last().index(); i++) {
                copy.apply(entry(i));
            }
        }
        return copy;
    }

    @Override
    public void dropSeed() {
        staged = null;
    }

    @Override
    public void freeLog(long upTo) {
        long to = Math.min(upTo, last().index());
        if (to > base.index()) {
            EntryId next = new EntryId(epochAt(to), to);
            log.subList(0, (int) (to - base.index())).clear();
            base = next;
            // it is applied and flushed, and what is applied was compared with what was committed
            prefix = Math.max(prefix, (int) to);
        }
    }

    @Override
    public void alarm(String reasonCode, String text) {
        throw new LawBroken("S4: " + reasonCode + " " + text);
    }

    // ------------------------------------------------------------------ the synced log
    Entry entry(long index) {
        return log.get((int) (index - base.index()) - 1);
    }

    @Override
    public EntryId base() {
        return base;
    }

    @Override
    public EntryId last() {
        if (log.isEmpty()) {
            return base;
        }
        Entry last = log.get(log.size() - 1);
        return new EntryId(last.epoch(), base.index() + log.size());
    }

    @Override
    public long epochAt(long index) {
        return index == base.index() ? base.epoch() : entry(index).epoch();
    }

    @Override
    public List<Entry> read(long from, long to, long maxBytes) {
        List<Entry> read = new ArrayList<>();
        long bytes = 0;
        for (long i = from; i <= to && (read.isEmpty() || bytes + entry(i).bytes() <= maxBytes); i++) {
            read.add(entry(i));
            bytes += entry(i).bytes();
        }
        return read;
    }

    @Override
    public long bytes() {
        return 65L * log.size();
    }
}
