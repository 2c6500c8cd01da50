package io.kintsugi.datanode.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.host.UnusableDisk;
import io.kintsugi.datanode.replica.ReplicaStatus;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.DamagedManifest;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.InventoryDisk;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryReplica;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** All that this datanode has, page by page, as it is at the moment when a page is made. */
final class Inventory implements Iterator<InventoryPage> {
    private static final int PAGE = 500;

    private final InventoryPage head;
    private final List<ReplicaHost> replicas;
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
            page.addDisks(disk(disk.uuid(), disk.path(), note, true));
            disk.reports().stream()
                    .filter(r ->
                            r.getState() == ReplicaState.REPLICA_LOST || r.getState() == ReplicaState.REPLICA_CORRUPT)
                    .forEach(r -> damaged.add(damaged(disk, r)));
        }
        for (UnusableDisk disk : node.unusable()) {
            page.addDisks(disk(disk.uuid(), disk.path().toString(), note, false));
        }
        head = page.build();
        replicas = node.disks().stream()
                .flatMap(d -> d.replicas().stream())
                .filter(r -> r.status().config() != null)
                .sorted(Comparator.comparingInt(
                                (ReplicaHost r) -> r.status().config().table().id())
                        .thenComparingLong(ReplicaHost::id))
                .toList();
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
        int table = 0;
        for (int end = Math.min(replicas.size(), next + PAGE); next < end; next++) {
            ReplicaStatus status = replicas.get(next).status();
            PartitionConfig.Builder config = Protos.config(status.config()).toBuilder();
            if (config.getTable().getId() == table) {
                config.clearTable();
            }
            table = status.config().table().id();
            page.addReplicas(replica(replicas.get(next), status, head).setConfiguration(config));
        }
        return page.setComplete(!hasNext()).build();
    }

    private static InventoryReplica.Builder replica(ReplicaHost replica, ReplicaStatus status, InventoryPage head) {
        int disk = head.getDisksList().stream()
                .filter(d -> d.getUuid().equals(replica.disk().uuid()))
                .mapToInt(InventoryDisk::getId)
                .findFirst()
                .orElse(0);
        return InventoryReplica.newBuilder()
                .setReplica(replica.id())
                .setDisk(disk)
                .setWhole(status.alarm() == null && !status.seeding())
                .setLastEpoch(status.last().epoch())
                .setLastIndex(status.last().index());
    }
}
