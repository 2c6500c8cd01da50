package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Role;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.datanode.store.Query;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All disks of a datanode, and the way from an id to the replica. Methods may be called from any thread and don't wait for a disk. */
public final class NodeHost {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHost.class);

    private final HostContext context;
    private final Peers peers;
    private final Uplink uplink;
    private final Seeder seeder;
    private final SalvageDesk salvages;
    private final AtomicInteger copies = new AtomicInteger();
    private DiskOpener opener;
    private volatile boolean started;
    private volatile long backupMillis = -1;
    private volatile long verifyBytesPerSecond = 64L << 20;
    private final List<DiskHost> disks = new CopyOnWriteArrayList<>();
    private final Map<Long, ReplicaHost> replicas = new ConcurrentHashMap<>();
    private final Map<Integer, List<ReplicaHost>> byPartition = new ConcurrentHashMap<>();

    public NodeHost(HostContext context, Peers peers, Uplink uplink, Seeder seeder) {
        this.context = context;
        this.peers = peers;
        this.uplink = uplink;
        this.seeder = seeder;
        this.salvages = new SalvageDesk(context);
    }

    /** Opens all disks and their replicas. A disk that can't be opened is set aside and reported. */
    public void start(List<Path> paths, Supplier<String> newUuid) {
        opener = new DiskOpener(context, newUuid, new DiskOpener.Owner() {
            @Override
            public void opened(DiskHost disk, UnusableDisk before) {
                usable(disk, before);
            }

            @Override
            public void opening(Path disk) {
                salvages.opening(disk);
            }

            @Override
            public void notOpened(Path disk) {
                salvages.notOpened(disk);
            }

            @Override
            public void changed(UnusableDisk disk) {
                if (disk.id() != 0) {
                    uplink.disk(disk.report());
                }
            }
        });
        add(opener.start(paths));
        started = true;
    }

    /** Whether every disk that can be opened was opened, with all its replicas. */
    public boolean started() {
        return started;
    }

    /**
     * A disk that masters know is told of on the same stream, its replicas first: nobody is to take them for lost on a disk that works.
     * Masters hear of a new disk when they are greeted.
     */
    private void usable(DiskHost disk, UnusableDisk before) {
        boolean known = before != null && before.id() != 0 && before.uuid().equals(disk.uuid());
        if (known) {
            disk.setId(before.id());
            disk.keepQuiet(true);
        }
        add(List.of(disk));
        if (known) {
            uplink.replicas(disk.reports());
            disk.keepQuiet(false);
            uplink.disk(disk.report());
        } else {
            uplink.disksAdded();
        }
    }

    private void add(List<DiskHost> found) {
        disks.addAll(found);
        HostRuntime.Pool openers =
                context.runtime().pool("open-", context.settings().openThreads());
        found.forEach(disk -> disk.start(this, openers));
        openers.finish();
    }

    Peers peers() {
        return peers;
    }

    Uplink uplink() {
        return uplink;
    }

    int nextCopy() {
        return copies.incrementAndGet();
    }

    Seeder seeder() {
        return seeder;
    }

    public List<DiskHost> disks() {
        return disks;
    }

    public List<UnusableDisk> unusable() {
        return opener == null ? List.of() : opener.unusable();
    }

    /** Null when this node has no such replica. */
    public ReplicaHost replica(long id) {
        return replicas.get(id);
    }

    // ------------------------------------------------------------------ messages
    /** @return whether it went to another node, and {@link Peers#flush} is to be called */
    boolean send(String address, Envelope envelope) {
        if (address.equals(context.address().get())) {
            deliver(envelope);
            return false;
        }
        peers.send(address, envelope);
        return true;
    }

    /** A message has come for one of this node's replicas; one for a replica that isn't here is dropped. */
    public void deliver(Envelope envelope) {
        ReplicaHost to = replicas.get(envelope.to());
        if (to != null) {
            to.disk().loop().execute(() -> to.message(envelope.from(), envelope.message()));
        }
    }

    /** The stream to another node works again after it didn't: primaries here ask their members there at once. */
    public void peerUp(String address) {
        for (DiskHost disk : disks) {
            disk.loop().execute(() -> {
                for (ReplicaHost replica : disk.replicas()) {
                    if (replica.status().role() == Role.PRIMARY) {
                        tellPeerUp(replica, address);
                    }
                }
            });
        }
    }

    private static void tellPeerUp(ReplicaHost replica, String address) {
        Config config = replica.machine().config();
        for (Member member : config == null ? List.<Member>of() : config.everyone()) {
            if (member.address().equals(address) && member.replica() != replica.id()) {
                replica.event(now -> replica.machine().onPeerUp(member.replica(), now));
            }
        }
    }

    // ------------------------------------------------------------------ clients
    public void write(int partition, WriteRequest request, KvReply reply) {
        ReplicaHost replica = pick(partition);
        if (replica == null) {
            reply.answer(KvStatus.KV_NOT_PRIMARY, null, "this datanode has no replica of partition " + partition);
        } else {
            replica.disk().loop().execute(() -> replica.write(request, reply));
        }
    }

    public void read(int partition, Query query, boolean allowStale, KvReply reply) {
        ReplicaHost replica = pick(partition);
        if (replica == null) {
            reply.answer(KvStatus.KV_NOT_PRIMARY, null, "this datanode has no replica of partition " + partition);
        } else {
            replica.disk().loop().execute(() -> replica.read(query, allowStale, reply));
        }
    }

    /**
     * Who answers for a partition here; null when nobody does. Rarely there are two of a partition, while one moves to another disk of the same
     * node, or beside one that a rebuilding of the metadata left out: then the primary, else a member.
     */
    public ReplicaHost pick(int partition) {
        ReplicaHost best = null;
        for (ReplicaHost replica : byPartition.getOrDefault(partition, List.of())) {
            if (best == null || replica.status().role().compareTo(best.status().role()) > 0) {
                best = replica;
            }
        }
        return best;
    }

    // ------------------------------------------------------------------ tasks of the master
    /** @param unnamedToo it is for all of the partition; else for those that it names, and those of its generation */
    public void configuration(Config config, boolean unnamedToo) {
        for (ReplicaHost replica : byPartition.getOrDefault(config.partition(), List.of())) {
            replica.disk().loop().execute(() -> {
                if (unnamedToo) {
                    replica.configuration(config);
                } else {
                    replica.told(config);
                }
            });
        }
    }

    public void create(long replica, int diskId, Config config) {
        ReplicaHost known = replicas.get(replica);
        if (known != null) {
            known.disk().loop().execute(() -> {
                known.configuration(config);
                known.disk().changed(known, true);
            });
            return;
        }
        for (DiskHost disk : disks) {
            if (disk.id() == diskId) {
                disk.create(replica, config);
                return;
            }
        }
        for (UnusableDisk disk : unusable()) {
            if (disk.id() == diskId) {
                uplink.replicas(List.of(ReplicaReports.absent(
                        replica, config.partition(), diskId, 0, ReplicaState.REPLICA_LOST, disk.error())));
                return;
            }
        }
        LOG.warn("NO_SUCH_DISK: told to create replica {} on disk {}, which is not of this node", replica, diskId);
    }

    /** @param epoch of the configuration that names the replica no more; a replica that knows a newer one which names it stays */
    public void delete(long replica, long epoch, boolean toBackup) {
        ReplicaHost known = replicas.get(replica);
        for (DiskHost disk : disks) {
            if (known != null && known.disk() == disk || known == null && disk.holds(replica)) {
                disk.loop().execute(() -> {
                    Config config = known == null ? null : known.machine().config();
                    if (config != null && config.epoch() > epoch && config.names(replica)) {
                        LOG.warn(
                                "STALE_DELETE: replica {} is named by epoch {}, the deletion was of {}",
                                replica,
                                config.epoch(),
                                epoch);
                        disk.changed(known, true);
                    } else {
                        disk.delete(replica, toBackup);
                    }
                });
                return;
            }
        }
        uplink.removed(replica);
    }

    /** Seeds a replica of this node from what another one left on a broken disk. */
    public void salvage(long replica, long epoch, long source) {
        ReplicaHost known = replicas.get(replica);
        if (known != null) {
            known.disk().loop().execute(() -> known.salvage(epoch, source));
        }
    }

    /**
     * What a replica left on a broken disk of this node, if it can be read.
     *
     * @param fence it promises nothing in a lower epoch from now on
     * @return fails with StorageException or IllegalStateException, which say what is in the way
     */
    public CompletableFuture<Salvage.Found> salvage(long replica, Config fence) {
        int id = fence.names(replica) ? fence.member(replica).disk() : 0;
        for (DiskHost disk : disks) {
            if (disk.id() == id) {
                return disk.salvage(salvages, replica, fence);
            }
        }
        for (UnusableDisk disk : unusable()) {
            if (disk.id() == id && disk.broken()) {
                return salvages.from(disk, replica, fence);
            }
        }
        return CompletableFuture.failedFuture(
                new IllegalStateException("NO_SUCH_DISK: no disk of this node has replica " + replica));
    }

    /** Where what lies on a broken disk is read. */
    public HostRuntime.Pool salvageWorker(Path disk) {
        return salvages.worker(disk);
    }

    /** Closes and opens this node's replicas of a partition anew, those that it has lost too; one answer for each. */
    public List<CompletableFuture<ReplicaHost>> reload(int partition) {
        List<CompletableFuture<ReplicaHost>> answers = new ArrayList<>();
        for (DiskHost disk : disks) {
            disk.reports().stream()
                    .filter(r -> r.getPartition() == partition)
                    .forEach(r -> answers.add(disk.reload(r.getReplica(), same -> same)));
        }
        return answers;
    }

    /** An operator says that a broken disk is mended. Harmless to repeat; one that works is told of once more. */
    public void recover(int diskId, long request) {
        for (DiskHost disk : disks) {
            if (disk.id() == diskId) {
                if (!disk.isBroken()) {
                    uplink.disk(disk.report());
                } else if (disks.remove(disk)) {
                    opener.recover(disk, request);
                }
                return;
            }
        }
        for (UnusableDisk disk : unusable()) {
            if (disk.id() == diskId) {
                opener.recover(disk, request);
                return;
            }
        }
        LOG.warn("NO_SUCH_DISK: told to recover disk {}, which is not of this node", diskId);
    }

    // ------------------------------------------------------------------ comparing replicas
    /** A primary is to put a mark into its partition's log. */
    public void verify(long replica, long request) {
        ReplicaHost known = replicas.get(replica);
        if (known != null) {
            known.disk().loop().execute(() -> known.verify(request));
        }
    }

    /** The masters have found that this replica holds something else than the others, after the entry of that index. */
    public void setAside(long replica, long index, String why) {
        ReplicaHost known = replicas.get(replica);
        if (known != null) {
            known.disk().loop().execute(() -> known.setAside(index, why));
        }
    }

    /** How fast a disk may be read for counts; 0: no limit. */
    long verifyBytesPerSecond() {
        return verifyBytesPerSecond;
    }

    public void verifyAtMost(long bytesPerSecond) {
        verifyBytesPerSecond = bytesPerSecond;
    }

    // ------------------------------------------------------------------ backups
    /** How long backups are kept, milliseconds; 0: none is; below 0: the master hasn't said yet. */
    long backupMillis() {
        return backupMillis;
    }

    /** The master says how long backups are kept. */
    public void keepBackups(long millis) {
        if (backupMillis != millis) {
            backupMillis = millis;
            disks.forEach(disk -> disk.loop().execute(disk.backups()::expire));
        }
    }

    public void restoreBackup(long replica, int diskId) {
        onDisk(diskId, disk -> disk.backups().restore(replica));
    }

    public void removeBackup(long replica, int diskId) {
        onDisk(diskId, disk -> disk.backups().remove(replica));
    }

    private void onDisk(int diskId, Consumer<DiskHost> task) {
        disks.stream().filter(disk -> disk.id() == diskId).forEach(disk -> disk.loop()
                .execute(() -> task.accept(disk)));
    }

    void backupsChanged() {
        uplink.backups(backups());
    }

    public Backups backups() {
        Backups.Builder all = Backups.newBuilder();
        disks.forEach(disk -> all.addAllBackups(disk.backups().reports()));
        return all.build();
    }

    // ------------------------------------------------------------------ reports
    /** Of every disk, whether it can be used or not. */
    public List<DiskReport> diskReports() {
        List<DiskReport> all = new ArrayList<>();
        disks.forEach(disk -> all.add(disk.report()));
        unusable().stream().filter(disk -> disk.id() != 0).forEach(disk -> all.add(disk.report()));
        return all;
    }

    /** How long probes of the node's other disks take (see {@link ProbeTimes}). */
    List<Long> probesOfOthers(DiskHost than) {
        return disks.stream()
                .filter(disk -> disk != than)
                .map(DiskHost::probeNanos)
                .toList();
    }

    public List<ReplicaReport> reports() {
        List<ReplicaReport> all = new ArrayList<>();
        disks.forEach(disk -> all.addAll(disk.reports()));
        return all;
    }

    /** Called with each heartbeat: disks on which something moved hand their reports to the uplink. */
    public void publishProgress() {
        disks.forEach(DiskHost::publishProgress);
    }

    /** The master has numbered the disks, by uuid. */
    public void numberDisks(Map<String, Integer> ids) {
        for (DiskHost disk : disks) {
            Integer id = ids.get(disk.uuid());
            if (id != null) {
                disk.setId(id);
            }
        }
        unusable().forEach(disk -> disk.setId(ids.getOrDefault(disk.uuid(), disk.id())));
    }

    void register(ReplicaHost replica) {
        replicas.put(replica.id(), replica);
        byPartition.compute(replica.partition(), (p, here) -> {
            List<ReplicaHost> more = new ArrayList<>(here == null ? List.of() : here);
            more.add(replica);
            return List.copyOf(more);
        });
    }

    void unregister(ReplicaHost replica) {
        replicas.remove(replica.id(), replica);
        byPartition.computeIfPresent(replica.partition(), (p, here) -> {
            List<ReplicaHost> fewer =
                    here.stream().filter(other -> other != replica).toList();
            return fewer.isEmpty() ? null : fewer;
        });
    }

    /** Ends everything. @param orderly false: as abruptly as a kill, but with all files closed */
    public void stop(boolean orderly) {
        if (opener != null) {
            opener.stop();
        }
        HostRuntime.Pool stoppers = context.runtime().pool("stop-", Math.max(1, disks.size()));
        stoppers.runAll(
                disks.stream().<Runnable>map(disk -> () -> disk.stop(orderly)).toList());
        stoppers.finish();
        salvages.stop();
    }
}
