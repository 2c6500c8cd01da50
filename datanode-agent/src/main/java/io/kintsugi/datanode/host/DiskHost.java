package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.datanode.store.DiskContents;
import io.kintsugi.datanode.store.DiskFormat;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One disk at work: an event loop for its replicas, a batcher for its log, a pool for what is slow. A failure of the disk
 * ends its replicas and nothing else.
 */
public final class DiskHost {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHost.class);
    /** Most of what they do is waiting for syncs, which the file system joins. */
    private static final int SLOW_THREADS = 4;

    private final HostContext context;
    private final DiskFormat.Opened disk;
    private final DiskContents contents;
    private final HostRuntime.Loop loop;
    private final LogSync sync;
    private final Lanes slow;
    private final DiskHealthState health;
    private final Flusher flusher;
    private final Counting counting;
    private final ReplicaFiles files;
    private final Backups backups;
    private final ReplicaReload reloads;
    private final Map<Long, ReplicaHost> replicas = new ConcurrentHashMap<>();
    private final Map<Long, ReplicaReport> absent = new ConcurrentHashMap<>();
    private final Set<ReplicaHost> urgent = new LinkedHashSet<>();
    private final Set<ReplicaHost> dirty = new LinkedHashSet<>();
    private volatile boolean anyDirty;
    private volatile int id;
    private boolean sent;
    private NodeHost node;
    private volatile boolean quiet;

    DiskHost(HostContext context, DiskFormat.Opened disk) {
        this.context = context;
        this.disk = disk;
        contents = new DiskContents(context.files(), context.stores(), disk);
        String name = "disk-" + disk.layout().root().getFileName();
        loop = context.runtime().loop(name, this::afterBatch);
        sync = new LogSync(
                name + "-log", disk.log(), context, this::written, (ops, e) -> loop.execute(() -> logFailed(ops, e)));
        slow = new Lanes(context.runtime().pool(name + "-slow-", SLOW_THREADS));
        health = new DiskHealthState(this);
        flusher = new Flusher(this);
        counting = new Counting(this);
        files = new ReplicaFiles(this);
        backups = new Backups(this);
        reloads = new ReplicaReload(this, files);
    }

    /** Opens the replicas that the disk has, then lets it work. Called once, before anything else. */
    void start(NodeHost owner, HostRuntime.Pool openers) {
        node = owner;
        files.openAll(openers, absent);
        backups.find();
        loop.execute(backups::watch);
        List<ReplicaHost> opened = List.copyOf(replicas.values());
        Map<Long, Config> fences = files.fences();
        loop.execute(() -> opened.forEach(replica -> {
            if (fences.containsKey(replica.id())) {
                replica.configuration(fences.get(replica.id()));
            }
            replica.opened();
        }));
        loop.start();
        sync.start();
        health.watch();
    }

    /** While set, what merely looking at the disk shows isn't told: its replicas are to be told of first. */
    void keepQuiet(boolean now) {
        quiet = now;
    }

    /** The masters hear how the disk is. */
    void toldOf() {
        if (!quiet) {
            uplink().disk(report());
        }
    }

    // ------------------------------------------------------------------ what replicas use (event loop)
    HostContext context() {
        return context;
    }

    /** Work comes by one of {@link FailpointNames}. */
    void failpoint(String name) {
        context.failpoint().accept(name);
    }

    HostRuntime.Loop loop() {
        return loop;
    }

    long now() {
        return context.clock().nanos();
    }

    LogStore log() {
        return disk.log();
    }

    DiskContents contents() {
        return contents;
    }

    DiskLayout layout() {
        return disk.layout();
    }

    Uplink uplink() {
        return node.uplink();
    }

    Seeder seeder() {
        return node.seeder();
    }

    /** A number that no other copy to this node has had since the agent was started. */
    int nextCopy() {
        return node.nextCopy();
    }

    NodeHost node() {
        return node;
    }

    void submit(LogOp op) {
        sync.submit(op);
    }

    void send(String address, Envelope envelope) {
        sent |= node.send(address, envelope);
    }

    void unflushed(ReplicaHost replica) {
        flusher.add(replica);
    }

    Counting counting() {
        return counting;
    }

    void forgetUnflushed(ReplicaHost replica) {
        flusher.forget(replica);
    }

    void manifestChanged(ReplicaHost replica) {
        files.writeManifestSoon(replica);
    }

    /** The replica's report would be another one now. */
    void changed(ReplicaHost replica, boolean atOnce) {
        (atOnce ? urgent : dirty).add(replica);
        anyDirty |= !atOnce;
    }

    /** Runs beside the event loop, after what was handed over for this replica before; a storage failure ends the replica, or more. */
    void slowly(ReplicaHost replica, Runnable work) {
        slowly(replica.id(), replica, work);
    }

    /** The same for a replica that isn't here yet, or no more: a storage failure is the disk's. */
    void slowly(long replica, Runnable work) {
        slowly(replica, null, work);
    }

    private void slowly(long lane, ReplicaHost replica, Runnable work) {
        slow.execute(lane, () -> {
            try {
                work.run();
            } catch (StorageException e) {
                loop.execute(() -> failed(replica, e));
            } catch (RuntimeException | Error e) {
                LOG.error("SLOW_WORK_FAILED: work on disk {} failed", path(), e);
            }
        });
    }

    private void written(List<LogOp> ops) {
        loop.execute(() -> ops.forEach(op -> op.done().run()));
    }

    private void afterBatch() {
        if (sent) {
            sent = false;
            node.peers().flush();
        }
        if (!urgent.isEmpty()) {
            publish(urgent);
        }
    }

    private void publish(Set<ReplicaHost> which) {
        List<ReplicaReport> reports = new ArrayList<>(which.size());
        for (ReplicaHost replica : which) {
            if (replicas.get(replica.id()) == replica) {
                reports.add(replica.makeReport());
            }
        }
        which.clear();
        if (!reports.isEmpty()) {
            uplink().replicas(reports);
        }
    }

    // ------------------------------------------------------------------ failures (event loop)
    /** Something of the disk failed while working for this replica (null: for none in particular). */
    void failed(ReplicaHost replica, StorageException failure) {
        StorageException e = judged(failure);
        switch (e.kind()) {
            case REPLICA -> {
                if (replica == null) {
                    breakDown(e, List.of());
                } else {
                    lose(replica, ReplicaState.REPLICA_CORRUPT, e.getMessage());
                }
            }
            case PROCESS -> {
                LOG.error("PROCESS_LIMIT: {}", e.getMessage());
                if (replica != null) {
                    lose(replica, ReplicaState.REPLICA_LOST, e.getMessage());
                }
            }
            case DISK -> diskError(replica, e);
            case FULL -> outOfRoom(replica, e);
        }
    }

    /** Files that are gone together with the disk's identity are no replica's fault: all of the disk is. */
    private StorageException judged(StorageException e) {
        return e.kind() != StorageException.Kind.REPLICA
                        || context.files().exists(disk.layout().identity())
                ? e
                : new StorageException(
                        StorageException.Kind.DISK,
                        "the identity file of " + path() + " is gone: wiped, or no longer mounted; " + e.getMessage(),
                        e);
    }

    /** A replica's machine failed: it is stopped and reported, its files stay. */
    void stopped(ReplicaHost replica, StorageException e) {
        lose(replica, ReplicaState.REPLICA_ALARM, e.getMessage());
    }

    /** Nothing is lost: what can't be written waits until there is room, and the replica that failed is opened anew then. */
    private void outOfRoom(ReplicaHost replica, StorageException e) {
        health.ranOut(e);
        uplink().disk(report());
        if (replica != null && !replica.isClosed()) {
            replica.close("DISK_FULL: " + e.getMessage());
            flusher.forget(replica);
            files.suspend(replica);
            changed(replica, true);
        }
    }

    /** There is room again. */
    void resume() {
        submit(LogOp.resume(files::reopenSuspended));
    }

    /** Below the threshold it costs the replica that met it, and no other. */
    private void diskError(ReplicaHost replica, StorageException e) {
        if (replica == null) {
            breakDown(e, List.of());
            return;
        }
        files.countError(replica);
        long errors = health.count(e, List.of(replica.partition()));
        if (errors < context.settings().diskErrors()) {
            lose(replica, ReplicaState.REPLICA_LOST, "DISK_ERROR: " + e.getMessage());
            uplink().disk(report());
        } else {
            giveUp(e);
        }
    }

    /** Nothing is written to the log any more, so the disk is of no use, whatever the threshold. */
    private void logFailed(List<LogOp> group, StorageException e) {
        if (e.kind() == StorageException.Kind.FULL) {
            failed(null, e);
            return;
        }
        Set<Integer> partitions = new TreeSet<>();
        for (LogOp op : group) {
            ReplicaHost replica = replicas.get(op.replica());
            if (replica != null) {
                partitions.add(replica.partition());
            }
        }
        breakDown(e, partitions);
    }

    private void breakDown(StorageException e, Collection<Integer> partitions) {
        health.count(e, partitions);
        giveUp(e);
    }

    private void giveUp(StorageException e) {
        if (health.giveUp()) {
            LOG.error("DISK_BROKEN: disk {} is given up: {}", path(), e.getMessage(), e);
            // first, or its replicas would be taken for ones that are lost on a disk which works, and replaced at once
            uplink().disk(report());
            for (ReplicaHost replica : List.copyOf(replicas.values())) {
                lose(replica, ReplicaState.REPLICA_LOST, "DISK_BROKEN: " + e.getMessage());
            }
        } else {
            uplink().disk(report());
        }
    }

    private void lose(ReplicaHost replica, ReplicaState state, String why) {
        if (!replica.isClosed() || files.forgetSuspended(replica)) {
            LOG.error(
                    "{}: replica {} of partition {} on {}: {}", state, replica.id(), replica.partition(), path(), why);
            long epoch = replica.status().epoch();
            replica.close(why);
            flusher.forget(replica);
            slowly(replica.id(), () -> {
                if (replica.store() != null) {
                    replica.store().close();
                    replica.swapStore(null);
                }
            });
            EntryId last = replica.status().last();
            putAbsent(ReplicaReports.absent(replica.id(), replica.partition(), id, epoch, last, state, why));
        }
    }

    void putAbsent(long replica, int partition, long epoch, ReplicaState state, String why) {
        putAbsent(ReplicaReports.absent(replica, partition, id, epoch, state, why));
    }

    private void putAbsent(ReplicaReport report) {
        absent.put(report.getReplica(), report);
        unregister(report.getReplica());
        uplink().replicas(List.of(report));
    }

    /** Tells of a replica that is lost once more; one that is here is told of by its own events. */
    void reportAgain(long replica) {
        ReplicaReport report = absent.get(replica);
        if (report != null) {
            uplink().replicas(List.of(report));
        }
    }

    /** What a replica left on this disk. The read waits until its store is closed. Any thread. */
    CompletableFuture<Salvage.Found> salvage(SalvageDesk desk, long replica, Config fence) {
        CompletableFuture<Salvage.Found> answer = new CompletableFuture<>();
        boolean running = loop.execute(() -> {
            ReplicaReport lost = absent.get(replica);
            if (!health.broken() || lost == null || lost.getState() != ReplicaState.REPLICA_LOST) {
                answer.completeExceptionally(Salvage.notLost(replica, layout().root(), lost));
                return;
            }
            EntryId known = new EntryId(lost.getLastEpoch(), lost.getLastIndex());
            Salvage salvage = new Salvage(context, disk.layout(), disk.uuid(), health.brokenNanos());
            slowly(replica, () -> desk.run(layout().root(), () -> salvage.read(log(), replica, known, fence))
                    .whenComplete((found, failure) -> complete(answer, found, failure)));
        });
        if (!running) {
            answer.completeExceptionally(new IllegalStateException("disk " + path() + " is being recovered"));
        }
        return answer;
    }

    /** What is known of a disk that broke, once it is closed. */
    UnusableDisk.Left left() {
        return new UnusableDisk.Left(health.brokenNanos(), absent);
    }

    private static <T> void complete(CompletableFuture<T> answer, T value, Throwable failure) {
        if (failure == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(failure);
        }
    }

    // ------------------------------------------------------------------ tasks (any thread)
    void create(long replica, Config config) {
        loop.execute(() -> files.create(replica, config));
    }

    /**
     * Closes and opens a replica anew.
     *
     * @param change what becomes of its stored configuration meanwhile: nothing, but in drills
     * @return completes exceptionally with {@link ReloadException} when it can't be
     */
    public CompletableFuture<ReplicaHost> reload(long replica, UnaryOperator<Config> change) {
        CompletableFuture<ReplicaHost> answer = new CompletableFuture<>();
        if (!loop.execute(() -> reloads.reload(replica, change, answer))) {
            answer.completeExceptionally(new ReloadException("SHUTTING_DOWN: the datanode is shutting down"));
        }
        return answer;
    }

    /** A drill: as if this had happened to the replica, or (null) to the disk. */
    public void fail(ReplicaHost replica, StorageException e) {
        loop.execute(() -> failed(replica, e));
    }

    /** Of a replica that wasn't open: it stays lost, unless more than that is broken. */
    void failedToOpen(StorageException e) {
        if (e.kind() == StorageException.Kind.DISK) {
            failed(null, e);
        }
    }

    void delete(long replica, boolean toBackup) {
        loop.execute(() -> files.delete(replica, toBackup));
    }

    void register(ReplicaHost replica) {
        replicas.put(replica.id(), replica);
        node.register(replica);
    }

    void unregister(long replica) {
        ReplicaHost gone = replicas.remove(replica);
        if (gone != null) {
            node.unregister(gone);
        }
    }

    ReplicaReport removeAbsent(long replica) {
        return absent.remove(replica);
    }

    // ------------------------------------------------------------------ what others ask (any thread)
    public String uuid() {
        return disk.uuid();
    }

    public String path() {
        return disk.layout().root().toString();
    }

    /** Where checkpoints for others are kept; emptied at start. */
    public Path copies() {
        return disk.layout().copies();
    }

    /** The master's number for it; 0 before it gave one. */
    public int id() {
        return id;
    }

    void setId(int given) {
        if (id != given) {
            id = given;
            loop.execute(() -> {
                replicas.values().forEach(ReplicaHost::refreshReport);
                absent.replaceAll(
                        (replica, report) -> report.toBuilder().setDisk(given).build());
            });
        }
    }

    boolean isFull() {
        return health.full();
    }

    /** Any thread. */
    public boolean isBroken() {
        return health.broken();
    }

    public DiskReport report() {
        return health.report();
    }

    /** Its errors; null while there are none. */
    BadDisk bad() {
        return health.bad();
    }

    /** How long its probes take (see {@link ProbeTimes}). */
    long probeNanos() {
        return health.probeNanos();
    }

    /** Everything that this disk has or lost, as reported last. */
    public Collection<ReplicaReport> reports() {
        List<ReplicaReport> all = new ArrayList<>(absent.values());
        replicas.values()
                .forEach(replica ->
                        all.add(replica.report().toBuilder().setDisk(id).build()));
        return all;
    }

    /** What it should have and doesn't, as reported last. Any thread. */
    public Collection<ReplicaReport> absent() {
        return absent.values();
    }

    /** What the log knows of a replica, open or lost; empty when there is none. Any thread. @throws StorageException */
    public Optional<Config> storedConfig(long replica) {
        return log().header(replica).filter(header -> !header.deleted()).map(LogHeader::config);
    }

    /** Any thread. */
    public Collection<ReplicaHost> replicas() {
        return replicas.values();
    }

    boolean holds(long replica) {
        return replicas.containsKey(replica) || absent.containsKey(replica);
    }

    /** Progress since the last heartbeat is handed to the uplink. */
    void publishProgress() {
        if (anyDirty) {
            anyDirty = false;
            loop.execute(() -> publish(dirty));
        }
    }

    // ------------------------------------------------------------------ end
    /** Ends all work. @param orderly whether applied data is flushed first, so that a restart has less to apply again */
    void stop(boolean orderly) {
        health.stop();
        List<ReplicaHost> open = new ArrayList<>();
        loop.execute(() -> {
            open.addAll(replicas.values());
            open.forEach(replica -> replica.close("the datanode is shutting down"));
        });
        loop.stop();
        sync.stop();
        if (orderly && !health.broken()) {
            open.forEach(replica -> slowly(replica, () -> flusher.flushNow(replica)));
            slow.finish();
        } else {
            slow.stop();
        }
        files.closeAll();
        disk.log().close();
    }

    Map<Long, LogHeader> headers() {
        return disk.log().headers();
    }

    Backups backups() {
        return backups;
    }

    ReplicaFiles files() {
        return files;
    }
}
