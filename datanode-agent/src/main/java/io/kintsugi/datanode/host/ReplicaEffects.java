package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Batch;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Effects;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.replica.ReadOutcome;
import io.kintsugi.datanode.replica.Verdict;
import io.kintsugi.datanode.replica.WriteOutcome;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.datanode.store.Found;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.Query;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.KvStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what one replica's machine wants done. Belongs to the disk's event loop. */
final class ReplicaEffects implements Effects {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaEffects.class);
    private static final long SWEEP_NANOS = Duration.ofMinutes(30).toNanos();
    /** Records that are looked at in one event, which may hold up the disk's others for about a millisecond. */
    private static final int SWEEP_RECORDS = 1_000;

    private static final long SWEEP_RECORDS_NANOS = Duration.ofMinutes(1).toNanos();

    private record PendingRead(Query query, KvReply reply) {}

    private final ReplicaHost replica;
    private final DiskHost disk;
    private final ReplicaLog log;
    private final HostRuntime.Timer timer;
    private final SeedRun seed;
    private final Map<Long, KvReply> writes = new HashMap<>();
    private final Map<Long, PendingRead> reads = new HashMap<>();
    private long lastToken;
    private LogHeader header;
    private long unflushedBytes;
    private long unflushedSince;
    private long freeUpTo;
    private long dataBytes = -1;
    private long records;
    private long sessionsSweptAt;
    private boolean sweeping;
    private long recordsSweptAt;
    /** The proposal that is open, or null; it is told again and again, and logged once. */
    private Proposal proposed;

    ReplicaEffects(ReplicaHost replica, DiskHost disk, ReplicaLog log, LogHeader header) {
        this.replica = replica;
        this.disk = disk;
        this.log = log;
        this.header = header;
        timer = disk.loop().timer(() -> replica.event(now -> replica.machine().onTimer(now)));
        seed = new SeedRun(replica, disk);
        sessionsSweptAt = disk.now();
        recordsSweptAt = disk.now();
    }

    // ------------------------------------------------------------------ requests
    long awaitWrite(KvReply reply) {
        writes.put(++lastToken, reply);
        return lastToken;
    }

    long awaitRead(Query query, KvReply reply) {
        reads.put(++lastToken, new PendingRead(query, reply));
        return lastToken;
    }

    @Override
    public void replyWrite(long token, WriteOutcome outcome) {
        KvReply reply = writes.remove(token);
        switch (outcome) {
            case OK -> reply.answer(KvStatus.KV_OK, null, "");
            case NOT_PRIMARY ->
                reply.answer(KvStatus.KV_NOT_PRIMARY, null, "this replica is not the partition's primary");
            case NOT_READY -> reply.answer(KvStatus.KV_NOT_READY, null, "too many writes are open: retry");
            case UNKNOWN ->
                reply.answer(KvStatus.KV_UNKNOWN, null, "the write may yet commit: retry with the same sequence");
            case BELOW_MIN_IN_SYNC ->
                reply.answer(KvStatus.KV_BELOW_MIN_IN_SYNC, null, "below the table's min_in_sync: nothing was written");
            case SESSION_EXPIRED ->
                reply.answer(
                        KvStatus.KV_SESSION_EXPIRED,
                        null,
                        "the session is forgotten: nothing was written by this request");
            case CONDITION_FAILED ->
                reply.answer(KvStatus.KV_CONDITION_FAILED, null, "the condition doesn't hold: nothing was written");
        }
    }

    @Override
    public void replyRefused(long token, Verdict verdict) {
        writes.remove(token)
                .answer(
                        KvStatus.KV_CONDITION_FAILED,
                        verdict.known() ? Found.value(verdict.current()) : null,
                        "the condition doesn't hold: nothing was written");
    }

    @Override
    public Verdict judge(List<Entry> unapplied, WriteRequest request) {
        return replica.store().judge(unapplied, request);
    }

    @Override
    public long appliedTimeMs() {
        ReplicaStore store = replica.store();
        return store == null ? 0 : store.timeMs();
    }

    @Override
    public void replyRead(long token, ReadOutcome outcome) {
        PendingRead read = reads.remove(token);
        if (outcome == ReadOutcome.GRANTED) {
            replica.answerFromStore(read.query, read.reply);
        } else {
            read.reply.answer(KvStatus.KV_NOT_PRIMARY, null, "this replica is not the partition's primary");
        }
    }

    // ------------------------------------------------------------------ log and data
    @Override
    public void persist(Batch batch) {
        LogHeader before = header;
        if (batch.config() != null) {
            header = header.withConfig(batch.config());
        }
        long truncateFrom = batch.truncateFrom();
        if (batch.install() != null) {
            header = header.withBase(batch.install().last()).withInstalling(seed.targetName());
        }
        LogHeader changed = header == before ? null : header;
        long freeAll = batch.install() == null ? 0 : LogOp.ALL;
        disk.submit(
                new LogOp(replica.id(), changed, truncateFrom, freeAll, batch.entries(), true, () -> written(batch)));
    }

    private void written(Batch batch) {
        if (batch.install() != null) {
            log.installed(batch.install().last());
            seed.install(batch.install(), installed -> {
                dataBytes = -1;
                if (!replica.isClosed()) { // a deleted replica's header must not come back
                    header = header.withInstalling("");
                    disk.submit(new LogOp(replica.id(), header, 0, 0, List.of(), false, () -> {}));
                }
            });
        }
        seed.whenNotInstalling(() -> {
            log.persisted(batch.truncateFrom(), batch.entries());
            if (batch.config() != null) {
                disk.manifestChanged(replica);
                settled(batch.config());
            }
            replica.event(now -> replica.machine().onPersisted(batch.ticket(), now));
        });
    }

    @Override
    public List<ApplyResult> apply(List<Entry> entries) {
        ReplicaStore store = replica.store();
        List<ApplyResult> results = applyAndCount(store, entries);
        log.applied(store.applied());
        if (unflushedBytes == 0) {
            unflushedSince = disk.now();
        }
        for (Entry entry : entries) {
            unflushedBytes += entry.bytes();
        }
        disk.unflushed(replica);
        return results;
    }

    /** What is counted at a mark is what is there right after it, so whatever follows is a batch of its own. */
    private List<ApplyResult> applyAndCount(ReplicaStore store, List<Entry> entries) {
        List<ApplyResult> results = new ArrayList<>(entries.size());
        int from = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).isMark()) {
                results.addAll(store.apply(entries.subList(from, i + 1)));
                from = i + 1;
                disk.counting().begin(replica, entries.get(i));
            }
        }
        if (from < entries.size()) {
            results.addAll(store.apply(entries.subList(from, entries.size())));
        }
        return results;
    }

    @Override
    public void freeLog(long upTo) {
        freeUpTo = Math.max(freeUpTo, upTo);
        long entries = log.last().index() - log.base().index();
        long freeable = freeUpTo - log.base().index();
        if (freeable > 0
                && log.bytes() * freeable / Math.max(1, entries)
                        >= disk.context().settings().freeBytes()) {
            header = header.withBase(log.freed(freeUpTo));
            disk.submit(new LogOp(replica.id(), header, 0, freeUpTo, List.of(), false, () -> {}));
        }
    }

    LogHeader header() {
        return header;
    }

    long unflushedBytes() {
        return unflushedBytes;
    }

    long unflushedSince() {
        return unflushedSince;
    }

    /** A flush has begun: what is applied from now on counts anew. */
    void flushBegun() {
        unflushedBytes = 0;
    }

    /** Measured when asked for, but no more often than something was applied or flushed. */
    long dataBytes() {
        ReplicaStore store = replica.store();
        if (store != null && !replica.isClosed() && (dataBytes < 0 || unflushedBytes > 0)) {
            dataBytes = store.bytes();
            records = store.records();
        }
        return Math.max(0, dataBytes);
    }

    /** Live records, roughly; measured by {@link #dataBytes}. */
    long records() {
        return records;
    }

    /** What it holds is counted: that is more exact than what was measured. */
    void counted() {
        dataBytes = -1;
    }

    /** A flush is done. Expired sessions and records go with one of them now and then. */
    void flushed() {
        dataBytes = -1;
        ReplicaStore store = replica.store();
        long now = disk.now();
        if (store != null && !replica.isClosed() && now - sessionsSweptAt > SWEEP_NANOS) {
            sessionsSweptAt = now;
            store.dropExpiredSessions();
        }
        if (store != null && !replica.isClosed() && !sweeping && now - recordsSweptAt > SWEEP_RECORDS_NANOS) {
            sweeping = true;
            sweep(store, null);
        }
    }

    /** A part at a time: there may be as many as there are records. */
    private void sweep(ReplicaStore store, byte[] from) {
        byte[] next = replica.isClosed() || replica.store() != store ? null : store.sweepRecords(from, SWEEP_RECORDS);
        sweeping = next != null;
        if (sweeping) {
            disk.loop().execute(() -> replica.event(now -> sweep(store, next)));
        } else {
            recordsSweptAt = disk.now();
        }
    }

    // ------------------------------------------------------------------ others
    @Override
    public void send(Member to, Message message) {
        disk.send(to.address(), new Envelope(replica.partition(), replica.id(), to.replica(), message));
    }

    @Override
    public void propose(Proposal proposal) {
        disk.failpoint(FailpointNames.PROPOSAL_BEFORE_SEND);
        disk.uplink().propose(proposal);
        if (proposed == null || !proposed.requestId().equals(proposal.requestId())) {
            proposed = proposal;
            LOG.info(
                    "PROPOSAL partition={} replica={} epoch={} in-sync={}",
                    proposal.partition(),
                    proposal.replica(),
                    proposal.epoch(),
                    proposal.inSync());
        }
    }

    /** A higher epoch, and nothing else, settles what was proposed. */
    private void settled(Config now) {
        if (proposed != null && now.epoch() > proposed.epoch()) {
            LOG.info(
                    "PROPOSAL_SETTLED partition={} replica={} epoch={} in-sync={} granted={}",
                    replica.partition(),
                    replica.id(),
                    now.epoch(),
                    now.inSync(),
                    now.inSync().equals(proposed.inSync()));
            proposed = null;
        }
    }

    @Override
    public void caughtUp(Member member, long from, long to, long nanos) {
        LOG.info(
                "CATCH_UP_DONE partition={} replica={} member={} epoch={} from={} to={} seconds={}",
                replica.partition(),
                replica.id(),
                member.replica(),
                replica.status().epoch(),
                from,
                to,
                SeedRun.seconds(nanos));
    }

    @Override
    public void wakeAt(long nanos) {
        timer.at(nanos);
    }

    @Override
    public void startSeed(Member source, long neededIndex) {
        seed.start(source, neededIndex, null);
    }

    @Override
    public void startSalvage(Member source, Config fence) {
        seed.start(source, 0, fence);
    }

    @Override
    public void dropSeed() {
        seed.drop();
    }

    @Override
    public void alarm(String reasonCode, String text) {
        LOG.error(
                "{}: replica {} of partition {} has stopped: {}", reasonCode, replica.id(), replica.partition(), text);
        disk.changed(replica, true);
    }

    long seedDone() {
        return seed.done();
    }

    long seedTotal() {
        return seed.total();
    }

    /** Why the last copy came to nothing, if the masters are to know, or "". */
    String seedFailure() {
        return seed.failure();
    }

    boolean installing() {
        return seed.installing();
    }

    /** The replica is closed: nobody else answers those who wait. */
    void close(String why) {
        timer.at(Long.MAX_VALUE);
        seed.cancel();
        writes.values().forEach(reply -> reply.answer(KvStatus.KV_UNKNOWN, null, why));
        reads.values().forEach(read -> read.reply.answer(KvStatus.KV_UNAVAILABLE, null, why));
        writes.clear();
        reads.clear();
    }

    /** For the seed: the machine is told how its download ended. */
    static void ready(ReplicaHost replica, Checkpoint checkpoint) {
        replica.event(now -> replica.machine().onSeedReady(checkpoint, now));
    }

    static void failed(ReplicaHost replica, StorageException storage) {
        if (storage != null && storage.kind() == StorageException.Kind.DISK) {
            replica.disk().failed(replica, storage);
        } else {
            replica.event(now -> replica.machine().onSeedFailed(now));
        }
    }
}
