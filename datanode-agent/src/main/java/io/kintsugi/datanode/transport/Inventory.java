package io.kintsugi.datanode.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.UnusableDisk;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.ReplicaStatus;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.DamagedManifest;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.InventoryDisk;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryReplica;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that this datanode has, as it is when it is asked, page by page. Of a replica that is lost the disk's log still knows the configuration:
 * without it another one, that missed what came later, would pass for the newest.
 */
final class Inventory implements Iterator<InventoryPage> {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);
    private static final int PAGE = 500;

    private record Told(long replica, String disk, boolean whole, EntryId last, Config config) {
        int table() {
            return config.table() == null ? 0 : config.table().id();
        }
    }

    private final InventoryPage head;
    private final List<Told> replicas = new ArrayList<>();
    private final List<DamagedManifest> damaged = new ArrayList<>();
    private int next;
    private boolean begun;

    Inventory(NodeIdentity identity, NodeDirectory directory, NodeHost node) {
        ClusterNote note = note(directory);
        InventoryPage.Builder page = InventoryPage.newBuilder()
                .setClusterId(directory.clusterId())
                .setGeneration(directory.generation())
                .setNodeUuid(directory.uuid())
                .setName(identity.name())
                .setAddress(identity.address())
                .setHttpAddress(identity.httpAddress())
                .setZone(identity.zone())
                .setNote(note);
        for (DiskHost disk : node.disks()) {
            page.addDisks(disk(disk.uuid(), disk.path(), note, !disk.isBroken()));
            disk.absent().forEach(r -> lost(disk, r));
            disk.replicas().forEach(r -> live(disk, r.id(), r.status()));
        }
        for (UnusableDisk disk : node.unusable()) {
            page.addDisks(disk(disk.uuid(), disk.path().toString(), note, false));
        }
        head = page.build();
        replicas.sort(Comparator.comparingInt(Told::table).thenComparingLong(Told::replica));
    }

    private void live(DiskHost disk, long replica, ReplicaStatus status) {
        if (status.config() != null) {
            boolean whole = status.alarm() == null && !status.seeding();
            replicas.add(new Told(replica, disk.uuid(), whole, status.last(), status.config()));
        }
    }

    private void lost(DiskHost disk, ReplicaReport r) {
        damaged.add(damaged(disk, r));
        try {
            EntryId last = new EntryId(r.getLastEpoch(), r.getLastIndex());
            disk.storedConfig(r.getReplica())
                    .ifPresent(c -> replicas.add(new Told(r.getReplica(), disk.uuid(), false, last, c)));
        } catch (StorageException e) {
            LOG.warn(
                    "the configuration of replica {} on {} can't be read: {}",
                    r.getReplica(),
                    disk.path(),
                    e.getMessage());
        }
    }

    /** What the node is called as long as it was told nothing is empty. */
    private static ClusterNote note(NodeDirectory directory) {
        try {
            return ClusterNote.parseFrom(directory.note());
        } catch (InvalidProtocolBufferException e) {
            return ClusterNote.getDefaultInstance(); // the master says ERR_INVALID_DATA of a node without one
        }
    }

    private static InventoryDisk disk(String uuid, String path, ClusterNote note, boolean usable) {
        int id = note.getDisksList().stream()
                .filter(d -> d.getUuid().equals(uuid))
                .mapToInt(DiskNote::getId)
                .findFirst()
                .orElse(0);
        return InventoryDisk.newBuilder()
                .setId(id)
                .setUuid(uuid)
                .setPath(path)
                .setUsable(usable)
                .build();
    }

    private static DamagedManifest damaged(DiskHost disk, ReplicaReport r) {
        return DamagedManifest.newBuilder()
                .setPath(disk.path() + ": replica " + r.getReplica() + " of partition " + r.getPartition())
                .setWhy(r.getDetail().isEmpty() ? r.getState().name() : r.getDetail())
                .build();
    }

    @Override
    public boolean hasNext() {
        return !begun || next < replicas.size();
    }

    @Override
    public InventoryPage next() {
        InventoryPage.Builder page = head.toBuilder();
        if (!begun) {
            page.addAllDamaged(damaged);
        }
        begun = true;
        TableDefinition told = null;
        for (int end = Math.min(replicas.size(), next + PAGE); next < end; next++) {
            Told replica = replicas.get(next);
            PartitionConfig.Builder config = Protos.config(replica.config()).toBuilder();
            if (Objects.equals(
                    replica.config().table(), told)) { // one may have stored an older definition than another
                config.clearTable();
            }
            told = replica.config().table();
            page.addReplicas(replica(replica, head).setConfiguration(config));
        }
        return page.setComplete(!hasNext()).build();
    }

    private static InventoryReplica.Builder replica(Told replica, InventoryPage head) {
        int disk = head.getDisksList().stream()
                .filter(d -> d.getUuid().equals(replica.disk()))
                .mapToInt(InventoryDisk::getId)
                .findFirst()
                .orElse(0);
        return InventoryReplica.newBuilder()
                .setReplica(replica.replica())
                .setDisk(disk)
                .setWhole(replica.whole())
                .setLastEpoch(replica.last().epoch())
                .setLastIndex(replica.last().index());
    }
}
