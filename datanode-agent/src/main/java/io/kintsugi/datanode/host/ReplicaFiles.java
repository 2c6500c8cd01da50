package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.Fence;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.Manifest;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens, creates and deletes the replicas of one disk, and keeps their manifests. Belongs to the event loop unless it says otherwise. */
final class ReplicaFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFiles.class);

    private static final String NO_ROOM = "DISK_FULL: no room for a new replica";
    private static final long MANIFEST_DELAY = Duration.ofMillis(300).toNanos();

    private final DiskHost disk;
    private final DiskFiles files;
    private final Set<Long> creating = new HashSet<>();
    private final Set<ReplicaHost> manifestsDue = new LinkedHashSet<>();
    private final Set<ReplicaHost> suspended = new LinkedHashSet<>();
    private final Set<ReplicaHost> withoutManifest = new LinkedHashSet<>();
    /** Of replicas that ever had any. */
    private final Map<Long, Long> ioErrors = new ConcurrentHashMap<>();

    private final HostRuntime.Timer manifestTimer;

    ReplicaFiles(DiskHost disk) {
        this.disk = disk;
        files = disk.context().files();
        manifestTimer = disk.loop().timer(this::writeManifests);
    }

    // ------------------------------------------------------------------ start
    /** Opens what the log knows of, several at a time. Called before the event loop runs. */
    void openAll(HostRuntime.Pool openers, Map<Long, ReplicaReport> absent) {
        Map<Long, LogHeader> headers = disk.headers();
        disk.contents().tidy(headers);
        List<Runnable> all = new ArrayList<>();
        headers.forEach((replica, header) -> {
            if (!header.deleted()) {
                all.add(() -> openOne(replica, header, absent));
            }
        });
        openers.runAll(all);
    }

    private void openOne(long replica, LogHeader header, Map<Long, ReplicaReport> absent) {
        try {
            ReplicaStore store = openFiles(replica, header);
            disk.register(new ReplicaHost(disk, replica, settle(replica, header), store));
        } catch (StorageException e) {
            LOG.error(
                    "REPLICA_LOST: replica {} of partition {} on {}: {}",
                    replica,
                    header.partition(),
                    disk.path(),
                    e.getMessage());
            long epoch = header.config() == null ? 0 : header.config().epoch();
            absent.put(
                    replica,
                    ReplicaReports.absent(
                            replica, header.partition(), disk.id(), epoch, ReplicaState.REPLICA_LOST, e.getMessage()));
        }
    }

    ReplicaStore openFiles(long replica, LogHeader header) {
        Manifest manifest = disk.contents().check(replica, header);
        if (manifest.ioErrors() > 0) {
            ioErrors.put(replica, manifest.ioErrors());
        }
        ReplicaStore store =
                ReplicaStore.open(disk.context().stores(), disk.layout().data(header.partition(), replica));
        disk.contents().checkJoins(replica, header, store);
        return store;
    }

    /** What replicas here have heard of while the disk was broken; what they have stored by themselves since is forgotten. */
    Map<Long, Config> fences() {
        Map<Long, Config> due = new TreeMap<>();
        List<Long> over = new ArrayList<>();
        Map<Long, LogHeader> headers = disk.headers();
        for (Fence fence : disk.context().node().fences(disk.uuid())) {
            LogHeader header = headers.get(fence.replica());
            boolean stored = header == null
                    || header.deleted()
                    || header.config() != null
                            && header.config().epoch() >= fence.config().epoch();
            if (stored) {
                over.add(fence.replica());
            } else {
                due.put(fence.replica(), fence.config());
            }
        }
        disk.context().node().unfence(over);
        return due;
    }

    /** An install that is finished now must not be taken for one to be finished at a later start, when its name may be used again. */
    private LogHeader settle(long replica, LogHeader header) {
        if (header.installing().isEmpty()) {
            return header;
        }
        LogHeader settled = header.withInstalling("");
        try (LogStore.Group group = disk.log().group()) {
            group.header(replica, settled);
            disk.log().write(group, true);
        }
        return settled;
    }

    // ------------------------------------------------------------------ create
    /** Makes an empty replica; harmless to repeat. */
    void create(long replica, Config config) {
        if (disk.holds(replica) || creating.contains(replica)) {
            disk.reportAgain(replica);
            return;
        }
        Optional<LogHeader> known = disk.log().header(replica);
        String refusal = known.isPresent()
                ? "REPLICA_ID_USED: this disk had replica " + replica + " before and has its files no more"
                : disk.isBroken() ? disk.report().getError() : disk.isFull() ? NO_ROOM : null;
        if (refusal != null) {
            disk.putAbsent(replica, config.partition(), 0, ReplicaState.REPLICA_LOST, refusal);
            return;
        }
        creating.add(replica);
        disk.slowly(replica, () -> {
            try {
                ReplicaStore store = makeFiles(replica, config);
                disk.failpoint(FailpointNames.REPLICA_CREATED);
                if (!disk.loop().execute(() -> created(replica, config, store))) {
                    store.close();
                }
            } catch (StorageException e) {
                disk.loop().execute(() -> notCreated(replica, config, e));
            }
        });
    }

    private ReplicaStore makeFiles(long replica, Config config) {
        disk.failpoint(FailpointNames.REPLICA_BEFORE_CREATE);
        Path directory = disk.layout().replica(config.partition(), replica);
        files.deleteTree(directory);
        files.createDirectories(directory);
        manifest(replica, config).write(files, directory);
        ReplicaStore store =
                ReplicaStore.create(disk.context().stores(), disk.layout().data(config.partition(), replica));
        files.syncDirectory(directory);
        files.syncDirectory(directory.getParent());
        return store;
    }

    /** A disk without room only refuses the replica; a broken one is given up. */
    private void notCreated(long replica, Config config, StorageException e) {
        creating.remove(replica);
        boolean full = e.kind() == StorageException.Kind.FULL;
        String why = full ? NO_ROOM + ": " + e.getMessage() : e.getMessage();
        disk.putAbsent(replica, config.partition(), 0, ReplicaState.REPLICA_LOST, why);
        if (e.kind() == StorageException.Kind.DISK) {
            disk.failed(null, e);
        }
    }

    private void created(long replica, Config config, ReplicaStore store) {
        creating.remove(replica);
        ReplicaHost host = new ReplicaHost(disk, replica, LogHeader.fresh(config.partition()), store);
        disk.register(host);
        LOG.info("created replica {} of partition {} on {}", replica, config.partition(), disk.path());
        host.configuration(config); // its first batch stores the header: from then on the disk knows the id
        disk.changed(host, true);
    }

    // ------------------------------------------------------------------ delete
    /** Removes a replica and answers with "removed"; harmless to repeat. */
    void delete(long replica, boolean toBackup) {
        ReplicaHost host = null;
        for (ReplicaHost candidate : disk.replicas()) {
            host = candidate.id() == replica ? candidate : host;
        }
        ReplicaReport lost = disk.removeAbsent(replica);
        if (host == null && lost == null) {
            disk.uplink().removed(replica);
            return;
        }
        int partition = host == null ? lost.getPartition() : host.partition();
        if (host != null) {
            host.close("the replica was deleted");
            disk.forgetUnflushed(host);
            disk.unregister(replica);
        }
        ReplicaHost gone = host;
        boolean keep = toBackup && disk.node().backupMillis() != 0;
        if (keep && gone != null && gone.store() != null) {
            disk.slowly(replica, () -> {
                note(replica, partition, gone);
                disk.loop().execute(() -> giveUp(replica, partition, gone, true));
            });
        } else {
            giveUp(replica, partition, gone, keep);
        }
    }

    /** What a backup needs of the log is written beside the data before the log is given up. */
    private void note(long replica, int partition, ReplicaHost gone) {
        LogHeader header = disk.log().header(replica).orElse(null);
        Path directory = disk.layout().replica(partition, replica);
        if (header != null && header.config() != null && header.installing().isEmpty() && files.exists(directory)) {
            disk.backups().note(replica, partition, gone.store(), header, directory);
            gone.swapStore(null);
        }
    }

    private void giveUp(long replica, int partition, ReplicaHost gone, boolean keep) {
        LogHeader header = LogHeader.fresh(partition).gone();
        Runnable marked = () -> disk.slowly(replica, () -> remove(replica, partition, gone, keep));
        disk.submit(new LogOp(replica, header, 0, LogOp.ALL, List.of(), true, marked));
    }

    private void remove(long replica, int partition, ReplicaHost host, boolean toBackup) {
        disk.failpoint(FailpointNames.REPLICA_BEFORE_DELETE);
        if (host != null && host.store() != null) {
            host.store().close();
            host.swapStore(null);
        }
        Path directory = disk.layout().replica(partition, replica);
        if (files.exists(directory)) {
            Path aside = toBackup ? disk.layout().backup() : disk.layout().trash();
            files.createDirectories(aside);
            files.move(directory, aside.resolve(partition + "-" + replica));
            if (toBackup) {
                disk.backups().moved(replica, partition, aside.resolve(partition + "-" + replica));
            }
        }
        disk.failpoint(FailpointNames.REPLICA_DELETED);
        disk.uplink().removed(replica);
        LOG.info("deleted replica {} of partition {} on {}", replica, partition, disk.path());
        files.deleteTree(disk.layout().trash().resolve(partition + "-" + replica));
    }

    // ------------------------------------------------------------------ want of room
    /** A replica that is closed because its data could not be written, and is to be opened anew when there is room. */
    void suspend(ReplicaHost replica) {
        LOG.warn(
                "DISK_FULL: replica {} of partition {} on {} waits for room",
                replica.id(),
                replica.partition(),
                disk.path());
        suspended.add(replica);
    }

    /** @return whether it was waiting for room */
    boolean forgetSuspended(ReplicaHost replica) {
        return suspended.remove(replica);
    }

    /** Called when all that waited for the log is written. */
    void reopenSuspended() {
        List<ReplicaHost> all = List.copyOf(suspended);
        suspended.clear();
        withoutManifest.forEach(this::writeManifestSoon);
        withoutManifest.clear();
        for (ReplicaHost replica : all) {
            disk.slowly(replica.id(), () -> {
                try {
                    reopen(replica);
                } catch (StorageException e) {
                    disk.loop().execute(() -> notReopened(replica, e));
                }
            });
        }
    }

    /** As at a start: what the closed store had in memory only is applied again from the log. */
    private void reopen(ReplicaHost closed) {
        LogHeader header = disk.log().header(closed.id()).orElse(null);
        if (header == null || header.deleted()) {
            return;
        }
        if (closed.store() != null) {
            closed.store().close();
            closed.swapStore(null);
        }
        ReplicaStore store = openFiles(closed.id(), header);
        closed.swapStore(store); // here, so that whoever deletes the replica closes this store too
        disk.loop().execute(() -> reopened(closed, header, store));
    }

    private void reopened(ReplicaHost closed, LogHeader header, ReplicaStore store) {
        if (!disk.replicas().contains(closed)) {
            return;
        }
        if (disk.isBroken()) {
            notReopened(
                    closed,
                    new StorageException(
                            StorageException.Kind.DISK, disk.report().getError()));
            return;
        }
        takeUp(closed.id(), header, store);
    }

    /** It takes part again, in the place of the one that was closed. */
    ReplicaHost takeUp(long replica, LogHeader header, ReplicaStore store) {
        LogHeader settled = header.withInstalling("");
        disk.unregister(replica);
        ReplicaHost fresh = new ReplicaHost(disk, replica, settled, store);
        disk.register(fresh);
        if (!header.installing().isEmpty()) {
            disk.submit(new LogOp(replica, settled, 0, 0, List.of(), true, () -> {}));
        }
        writeManifestSoon(fresh);
        disk.changed(fresh, true);
        fresh.opened();
        return fresh;
    }

    void notReopened(ReplicaHost closed, StorageException e) {
        if (disk.replicas().contains(closed)) {
            if (e.kind() == StorageException.Kind.FULL) {
                suspended.add(closed);
            } else {
                disk.putAbsent(
                        closed.id(),
                        closed.partition(),
                        closed.status().epoch(),
                        ReplicaState.REPLICA_LOST,
                        e.getMessage());
            }
            if (e.kind() != StorageException.Kind.REPLICA) {
                disk.failed(null, e);
            }
        }
    }

    // ------------------------------------------------------------------ manifests
    /** The manifest follows the log's header; the changes of a while (a move makes several) cost one write. */
    void writeManifestSoon(ReplicaHost replica) {
        if (manifestsDue.isEmpty()) {
            manifestTimer.at(disk.now() + MANIFEST_DELAY);
        }
        manifestsDue.add(replica);
    }

    private void writeManifests() {
        for (ReplicaHost replica : manifestsDue) {
            Config config = replica.effects().header().config();
            if (!replica.isClosed() && config != null) {
                Path directory = disk.layout().replica(replica.partition(), replica.id());
                disk.slowly(replica, () -> {
                    try {
                        if (files.exists(directory)) {
                            disk.failpoint(FailpointNames.MANIFEST_BEFORE_WRITE);
                            manifest(replica.id(), config).write(files, directory);
                        }
                    } catch (StorageException e) {
                        manifestFailed(replica, e);
                    }
                });
            }
        }
        manifestsDue.clear();
    }

    /** Nothing reads a manifest while the replica works, so one that finds no room is written when there is some. */
    private void manifestFailed(ReplicaHost replica, StorageException e) {
        if (e.kind() != StorageException.Kind.FULL) {
            throw e;
        }
        disk.loop().execute(() -> {
            withoutManifest.add(replica);
            disk.failed(null, e);
        });
    }

    /** The manifest keeps the number, as far as the disk still takes it. */
    void countError(ReplicaHost replica) {
        ioErrors.merge(replica.id(), 1L, Long::sum);
        Config config = replica.effects().header().config();
        if (config != null) {
            Path directory = disk.layout().replica(replica.partition(), replica.id());
            disk.slowly(replica.id(), () -> {
                try {
                    manifest(replica.id(), config).write(files, directory);
                } catch (StorageException e) {
                    LOG.debug("the error of replica {} isn't in its manifest: {}", replica.id(), e.getMessage());
                }
            });
        }
    }

    private Manifest manifest(long replica, Config config) {
        return new Manifest(
                disk.context().node().clusterId(),
                disk.context().node().generation(),
                disk.uuid(),
                replica,
                config,
                ioErrors.getOrDefault(replica, 0L));
    }

    /** Closes the stores of replicas that are still there. Called when no thread uses them any more. */
    void closeAll() {
        for (ReplicaHost replica : disk.replicas()) {
            if (replica.store() != null) {
                replica.store().close();
            }
        }
    }
}
