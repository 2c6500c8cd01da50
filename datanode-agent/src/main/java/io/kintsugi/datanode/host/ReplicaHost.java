package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.Replica;
import io.kintsugi.datanode.replica.ReplicaStatus;
import io.kintsugi.datanode.replica.Role;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.datanode.store.Found;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.Query;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.Digest;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.ReplicaReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica on a disk: its machine, its stores, and what a report says of it. All methods belong to the disk's event loop unless they
 * say otherwise.
 */
public final class ReplicaHost {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaHost.class);

    /** A copy of a replica's applied state, up to this entry, and the configuration that it had right after. */
    public record Taken(EntryId last, Config config) {}

    private final long id;
    private final int partition;
    private final DiskHost disk;
    private final ReplicaEffects effects;
    private final Replica machine;
    private volatile ReplicaStore store;
    private boolean closed;
    private String failure;
    private volatile ReplicaStatus status;
    private volatile ReplicaReport report;
    /** The last count of what it holds; null: none since it was opened. */
    private Digest digest;

    private boolean digestTold = true;
    /** What it can't read of its own, when nobody else has it; "": nothing known. */
    private String flaw = "";

    /** Makes a machine for a replica that was just created (no configuration in the header), or opened. */
    ReplicaHost(DiskHost disk, long id, LogHeader header, ReplicaStore store) {
        this.id = id;
        this.partition = header.partition();
        this.disk = disk;
        this.store = store;
        EntryId applied = store.applied();
        boolean fresh = header.config() == null;
        ReplicaLog log =
                fresh ? ReplicaLog.empty(disk.log(), id) : ReplicaLog.open(disk.log(), id, header.base(), applied);
        effects = new ReplicaEffects(this, disk, log, header);
        long now = disk.now();
        machine = fresh
                ? Replica.create(id, log, disk.context().options(), effects, now)
                : Replica.open(id, header.config(), log, applied, disk.context().options(), effects, now);
        status = machine.status();
        report = ReplicaReports.of(this, "");
    }

    public long id() {
        return id;
    }

    public int partition() {
        return partition;
    }

    public DiskHost disk() {
        return disk;
    }

    /** As it was after the last event. Any thread. */
    public ReplicaStatus status() {
        return status;
    }

    /** The last report that was made. Any thread. */
    ReplicaReport report() {
        return report;
    }

    Replica machine() {
        return machine;
    }

    ReplicaEffects effects() {
        return effects;
    }

    /** Null while an install swaps it, and once closed. */
    ReplicaStore store() {
        return store;
    }

    boolean isClosed() {
        return closed;
    }

    String failure() {
        return failure;
    }

    // ------------------------------------------------------------------ events
    /** It was on the disk, and takes part again. */
    void opened() {
        event(machine::onOpened);
    }

    void message(long from, Message message) {
        event(now -> machine.onMessage(from, message, now));
    }

    /**
     * The masters' word on the partition. A replica that was left out when the metadata was rebuilt keeps what it has, for it may be what
     * somebody misses: it would be deleted if it were of the new generation and not named.
     */
    void told(Config config) {
        Config own = machine.config();
        if (own != null && own.generation() < config.generation() && !config.names(id)) {
            event(machine::onLeftOut);
        } else {
            configuration(config);
        }
    }

    void configuration(Config config) {
        event(now -> machine.onConfiguration(config, now));
    }

    void salvage(long epoch, long source) {
        event(now -> machine.onSalvage(epoch, source, now));
        disk.changed(this, true);
    }

    /** A drill ({@link Replica#plantPeers}). Any thread. */
    public void plantPeers(UnaryOperator<List<Member>> drill) {
        disk.loop().execute(() -> event(now -> machine.plantPeers(drill, now)));
    }

    void write(WriteRequest request, KvReply reply) {
        if (closed) {
            reply.answer(KvStatus.KV_UNAVAILABLE, null, unavailable());
        } else if (disk.isFull()) {
            reply.answer(
                    KvStatus.KV_DISK_FULL, null, "DISK_FULL: disk " + disk.path() + " has no room left for writes");
        } else {
            event(now -> machine.onClientWrite(request, effects.awaitWrite(reply), now));
        }
    }

    void read(Query query, boolean allowStale, KvReply reply) {
        if (closed) {
            reply.answer(KvStatus.KV_UNAVAILABLE, null, unavailable());
        } else if (allowStale && status.role() != Role.PRIMARY) {
            answerFromStore(query, reply);
        } else {
            event(now -> machine.onClientRead(effects.awaitRead(query, reply), now));
        }
    }

    void answerFromStore(Query query, KvReply reply) {
        if (store == null) {
            reply.answer(KvStatus.KV_NOT_READY, null, "the replica's data is being replaced by a copy");
            return;
        }
        try {
            Found found = query.in(store, disk.context().clock().millis());
            boolean nothing = query instanceof Query.Get && found.value() == null;
            reply.answer(nothing ? KvStatus.KV_NOT_FOUND : KvStatus.KV_OK, found, "");
        } catch (StorageException e) {
            reply.answer(KvStatus.KV_UNAVAILABLE, null, e.getMessage());
            disk.loop().execute(() -> disk.failed(this, e)); // not now: this may be within an event of the machine
        }
    }

    /**
     * Runs something of the machine. This is the supervisor's border: a storage failure goes to the disk, which knows what it takes with
     * it; anything else is a bug, which stops this one replica and is reported.
     */
    void event(LongConsumer action) {
        if (closed) {
            return;
        }
        try {
            action.accept(disk.now());
        } catch (StorageException e) {
            disk.failed(this, e);
        } catch (RuntimeException | Error e) {
            LOG.error("REPLICA_STOPPED: replica {} of partition {} failed", id, partition, e);
            disk.stopped(this, StorageErrors.of("an event of replica " + id, e));
        }
        refresh();
    }

    /** Compares with what was reported last. Changes of office, epoch and condition are told at once, progress with the next heartbeat. */
    private void refresh() {
        ReplicaStatus before = status;
        ReplicaStatus after = machine.status();
        if (after.equals(before)) {
            return;
        }
        status = after;
        boolean urgent = after.config() != before.config()
                || after.role() != before.role()
                || after.seeding() != before.seeding()
                || after.salvaged() != before.salvaged()
                || after.alarm() != null && before.alarm() == null;
        disk.changed(this, urgent);
    }

    /** What it holds is counted. */
    void counted(Digest now) {
        digest = now;
        digestTold = false;
        effects.counted();
        disk.changed(this, true);
    }

    Digest digest() {
        return digest;
    }

    /** What a stream's first report is to say. */
    void refreshReport() {
        report = ReplicaReports.of(this, failure == null ? flaw : failure);
    }

    /** The digest is told when it is new; a stream's first report, which lists what was reported last, has it too. */
    ReplicaReport makeReport() {
        refreshReport();
        if (digestTold) {
            return digest == null ? report : report.toBuilder().clearDigest().build();
        }
        digestTold = true;
        return report;
    }

    /** The master wants what all replicas hold compared. */
    void verify(long request) {
        event(now -> machine.onVerify(request, disk.context().clock().millis(), now));
    }

    /** What it holds isn't what the others hold, by their counts at that entry: it goes the way of a replica that fails a checksum. */
    void setAside(long index, String why) {
        if (!closed && status.role() != Role.PRIMARY && digest != null && digest.getIndex() == index) {
            disk.failed(this, new StorageException(StorageException.Kind.REPLICA, "REPLICAS_DIFFER: " + why));
        }
    }

    /** Reads all that it has in files, since somebody couldn't read a copy of that. Any thread. */
    public void verifyFiles() {
        disk.loop().execute(() -> {
            ReplicaStore mine = store;
            if (!closed && mine != null) {
                disk.slowly(this, () -> {
                    StorageException found = null;
                    try {
                        mine.verify();
                    } catch (StorageException e) {
                        found = e;
                    }
                    StorageException told = found;
                    disk.loop().execute(() -> verified(told));
                });
            }
        });
    }

    /** One of several in-sync replicas is given up, and replaced from the others; the only one goes on serving what can be read of it. */
    private void verified(StorageException found) {
        boolean only = !closed && machine.config().inSync().equals(List.of(id));
        if (found == null) {
            tellFlaw("");
        } else if (only && found.kind() == StorageException.Kind.REPLICA) {
            LOG.error("DATA_UNREADABLE: replica {} of partition {}: {}", id, partition, found.getMessage());
            tellFlaw("DATA_UNREADABLE: " + found.getMessage());
        } else {
            disk.failed(this, found);
        }
    }

    private void tellFlaw(String text) {
        flaw = text;
        disk.changed(this, true);
    }

    /**
     * Takes a copy of the applied state into a directory that doesn't exist yet. Any thread. The configuration is read after the copy
     * is made, so that its epoch is no lower than that of any entry in it (DESIGN 6, rule 8).
     */
    public CompletableFuture<Taken> checkpoint(Path directory, long neededIndex) {
        CompletableFuture<Taken> taken = new CompletableFuture<>();
        boolean running = disk.loop().execute(() -> {
            if (closed || store == null || status.appliedIndex() < neededIndex) {
                taken.completeExceptionally(new IllegalStateException("replica " + id + " has applied up to "
                        + status.appliedIndex() + ", " + neededIndex + " is needed"));
                return;
            }
            ReplicaStore source = store;
            disk.slowly(this, () -> {
                EntryId last;
                try {
                    disk.failpoint(FailpointNames.COPY_BEFORE_CHECKPOINT);
                    last = source.checkpoint(directory);
                } catch (StorageException e) {
                    taken.completeExceptionally(e);
                    if (e.kind() != StorageException.Kind.FULL) {
                        throw e;
                    }
                    disk.loop().execute(() -> disk.failed(null, e));
                    return;
                }
                disk.loop().execute(() -> taken.complete(new Taken(last, machine.config())));
            });
        });
        if (!running) {
            taken.completeExceptionally(new IllegalStateException("the datanode is shutting down"));
        }
        return taken;
    }

    void swapStore(ReplicaStore next) {
        store = next;
    }

    /** Ends the machine; open requests are answered. The store is not closed: something slow may still use it. */
    void close(String why) {
        if (!closed) {
            failure = why;
            machine.close(disk.now());
            closed = true;
            effects.close(unavailable());
            status = machine.status();
        }
    }

    private String unavailable() {
        return failure == null ? "the replica is closed" : failure;
    }
}
