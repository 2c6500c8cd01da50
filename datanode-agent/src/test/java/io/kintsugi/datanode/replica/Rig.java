package io.kintsugi.datanode.replica;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One machine with everything around it in memory, moved step by step by a test. Batches are synced only when the test says so. */
final class Rig implements Effects, LogView {
    static final long MS = 1_000_000;
    static final ReplicaOptions OPTIONS = ReplicaOptions.defaults();

    record Sent(long to, Message message) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Batch> batches = new ArrayList<>();
    final List<Entry> applied = new ArrayList<>();
    final List<Proposal> proposals = new ArrayList<>();
    final Map<Long, WriteOutcome> writes = new LinkedHashMap<>();
    final Map<Long, ReadOutcome> reads = new LinkedHashMap<>();
    /** What was behind the applied entries when a condition was decided; the answer is no if there was a put. */
    final List<List<Entry>> judged = new ArrayList<>();

    final List<Long> freed = new ArrayList<>();
    final List<String> alarms = new ArrayList<>();
    final List<Long> seeds = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private EntryId base = EntryId.NONE;
    private int synced;
    private long id;
    boolean seedDropped;
    long wakeAt = Long.MAX_VALUE;
    long now = 1_000 * MS;
    Replica machine;

    /** A new replica with this id that has just been told a configuration and has stored it. */
    static Rig created(long id, Config config) {
        return created(id, config, OPTIONS);
    }

    static Rig created(long id, Config config, ReplicaOptions options) {
        Rig rig = new Rig();
        rig.id = id;
        rig.machine = Replica.create(id, rig, options, rig, rig.now);
        rig.machine.onConfiguration(config, rig.now);
        rig.sync();
        return rig;
    }

    /** Three replicas 1, 2 and 3, of which {@code inSync} are in-sync. */
    static Config config(long epoch, long primary, long... inSync) {
        return configMin(epoch, primary, 1, inSync);
    }

    static Config configMin(long epoch, long primary, int minInSync, long... inSync) {
        List<Member> members = List.of(member(1), member(2), member(3));
        List<Long> set = java.util.Arrays.stream(inSync).boxed().toList();
        TableDefinition table = new TableDefinition(1, "t", 1, 3, minInSync, "crc32c", false, 0);
        return new Config(7, 0, table, epoch, members, null, 0, set, primary, 1);
    }

    static Member member(long id) {
        return new Member(id, (int) id, 1, "n" + id, "h" + id);
    }

    static Entry entry(long epoch, long index) {
        return new Entry(epoch, index, Entry.Op.PUT, new byte[] {1}, new byte[] {2}, 5, index, 0);
    }

    static Message.Append append(Config config, EntryId previous, long commit, long sentAt, Entry... entries) {
        return new Message.Append(
                config.epoch(), config, previous.epoch(), previous.index(), List.of(entries), commit, sentAt, 0);
    }

    void restart(ReplicaOptions options, EntryId flushed) {
        Config stored = machine.config();
        synced = batches.size();
        machine = Replica.open(id, stored, this, flushed, options, this, now);
    }

    /** Everything on its way to the disk arrives. */
    void sync() {
        while (synced < batches.size()) {
            Batch batch = batches.get(synced++);
            if (batch.install() != null) {
                log.clear();
                base = batch.install().last();
            }
            if (batch.truncateFrom() > 0) {
                log.subList((int) (batch.truncateFrom() - base.index()) - 1, log.size())
                        .clear();
            }
            log.addAll(batch.entries());
            machine.onPersisted(batch.ticket(), now);
        }
    }

    void write(long token) {
        machine.onClientWrite(new WriteRequest(Entry.Op.PUT, new byte[] {1}, new byte[] {2}, 5, token, 0), token, now);
    }

    void writeIfAbsent(long token) {
        machine.onClientWrite(
                new WriteRequest(Entry.Op.PUT, new byte[] {1}, new byte[] {2}, 5, token, 0, 0, Condition.ABSENT),
                token,
                now);
    }

    void hears(long from, Message message) {
        machine.onMessage(from, message, now);
    }

    /** A member answers the last append that was sent to it: synced and equal up to {@code index}. */
    void acknowledges(long member, long index) {
        long stamp = last(member, Message.Append.class).sentAtNanos();
        hears(member, new Message.Ack(machine.status().epoch(), index, stamp, OPTIONS.lease()));
    }

    void passes(long nanos) {
        now += nanos;
        machine.onTimer(now);
    }

    <M extends Message> M last(long to, Class<M> kind) {
        M found = null;
        for (Sent each : sent) {
            if (each.to == to && kind.isInstance(each.message)) {
                found = kind.cast(each.message);
            }
        }
        if (found == null) {
            throw new AssertionError("no " + kind.getSimpleName() + " was sent to " + to + ": " + sent);
        }
        return found;
    }

    boolean sentAny(long to, Class<? extends Message> kind) {
        return sent.stream().anyMatch(each -> each.to == to && kind.isInstance(each.message));
    }

    long commit() {
        return machine.status().commitIndex();
    }

    @Override
    public void send(Member to, Message message) {
        sent.add(new Sent(to.replica(), message));
    }

    @Override
    public void persist(Batch batch) {
        batches.add(batch);
    }

    @Override
    public List<ApplyResult> apply(List<Entry> entries) {
        applied.addAll(entries);
        return entries.stream()
                .map(entry -> entry.op() == Entry.Op.REFUSED ? ApplyResult.REFUSED : ApplyResult.APPLIED)
                .toList();
    }

    @Override
    public Verdict judge(List<Entry> unapplied, WriteRequest request) {
        judged.add(unapplied);
        return new Verdict(unapplied.isEmpty(), true, null);
    }

    @Override
    public void replyWrite(long token, WriteOutcome outcome) {
        writes.put(token, outcome);
    }

    @Override
    public void replyRead(long token, ReadOutcome outcome) {
        reads.put(token, outcome);
    }

    @Override
    public void propose(Proposal proposal) {
        proposals.add(proposal);
    }

    @Override
    public void wakeAt(long nanos) {
        wakeAt = nanos;
    }

    @Override
    public void startSeed(Member source, long neededIndex) {
        seeds.add(source.replica());
    }

    @Override
    public void dropSeed() {
        seedDropped = true;
    }

    @Override
    public void freeLog(long upTo) {
        freed.add(upTo);
        EntryId next = new EntryId(epochAt(upTo), upTo);
        log.subList(0, (int) (upTo - base.index())).clear();
        base = next;
    }

    @Override
    public void alarm(String reasonCode, String text) {
        alarms.add(reasonCode);
    }

    @Override
    public EntryId base() {
        return base;
    }

    @Override
    public EntryId last() {
        return log.isEmpty() ? base : new EntryId(log.get(log.size() - 1).epoch(), base.index() + log.size());
    }

    @Override
    public long epochAt(long index) {
        return index == base.index()
                ? base.epoch()
                : log.get((int) (index - base.index()) - 1).epoch();
    }

    @Override
    public List<Entry> read(long from, long to, long maxBytes) {
        return List.copyOf(log.subList((int) (from - base.index()) - 1, (int) (to - base.index())));
    }

    @Override
    public long bytes() {
        return 65L * log.size();
    }
}
