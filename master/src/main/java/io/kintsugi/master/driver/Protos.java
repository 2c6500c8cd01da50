package io.kintsugi.master.driver;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.view.BackupFacts;
import io.kintsugi.master.view.Copied;
import io.kintsugi.master.view.Digest;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Peers;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.TableDef;
import java.util.List;
import java.util.Optional;

/** Between the wire's messages and the model. */
public final class Protos {
    private Protos() {}

    /** The partition's configuration as datanodes keep it, with its table's definition. */
    public static PartitionConfig configuration(ClusterView cluster, Partition p) {
        PartitionConfig.Builder config = route(cluster, p).toBuilder();
        cluster.table(p.table()).ifPresent(t -> config.setTable(table(t)));
        return config.build();
    }

    /** The configuration without the table's definition. */
    public static PartitionConfig route(ClusterView cluster, Partition p) {
        PartitionConfig.Builder config = PartitionConfig.newBuilder()
                .setPartition(p.id())
                .setIndex(p.index())
                .setEpoch(p.epoch())
                .setLeaving(p.leaving())
                .addAllInSync(p.inSync())
                .setPrimary(p.primary())
                .setTarget(p.target())
                .setGeneration(cluster.cluster().map(c -> c.generation()).orElse(0L));
        p.members().forEach(m -> config.addMembers(member(cluster, m)));
        if (p.joining() != null) {
            config.setJoining(member(cluster, p.joining()));
        }
        return config.build();
    }

    public static TableDef table(Table t) {
        return TableDef.newBuilder()
                .setId(t.id())
                .setName(t.name())
                .setPartitions(t.partitions())
                .setReplicas(t.replicas())
                .setMinInSync(t.minInSync())
                .setHash(t.hash())
                .setDropped(t.state() == TableState.DROPPED)
                .setCreatedAtMs(t.createdAt())
                .setTtlMs(t.ttlMs())
                .build();
    }

    private static io.kintsugi.proto.Member member(ClusterView cluster, Member m) {
        Optional<Node> node = cluster.node(m.node());
        return io.kintsugi.proto.Member.newBuilder()
                .setReplica(m.replica())
                .setNode(m.node())
                .setDisk(m.disk())
                .setAddress(node.map(Node::address).orElse(""))
                .setHttpAddress(node.map(Node::httpAddress).orElse(""))
                .setLeftEpoch(m.leftEpoch())
                .build();
    }

    static DiskFacts disk(int id, DiskReport r) {
        DiskFacts.Health health =
                switch (r.getHealth()) {
                    case DISK_OK -> DiskFacts.Health.OK;
                    case DISK_FULL -> DiskFacts.Health.FULL;
                    case DISK_BROKEN, UNRECOGNIZED -> DiskFacts.Health.BROKEN;
                };
        return new DiskFacts(
                id,
                health,
                r.getError(),
                r.getUsedBytes(),
                r.getTotalBytes(),
                r.getReserveBytes(),
                r.getFirstErrorMs(),
                List.copyOf(r.getErrorPartitionsList()),
                r.getSuspect(),
                r.getRecovery().getRequest(),
                r.getRecovery().getError(),
                r.getReadable());
    }

    static List<BackupFacts> backups(int node, Backups all) {
        return all.getBackupsList().stream()
                .map(b -> new BackupFacts(
                        b.getReplica(),
                        b.getPartition(),
                        node,
                        b.getDisk(),
                        b.getBytes(),
                        b.getKeptAtMs(),
                        b.getEpoch(),
                        b.getLastEpoch(),
                        b.getLastIndex()))
                .toList();
    }

    static ReplicaFacts replica(int node, ReplicaReport r) {
        ReplicaFacts.Role role =
                switch (r.getRole()) {
                    case ROLE_PRIMARY -> ReplicaFacts.Role.PRIMARY;
                    case ROLE_MEMBER -> ReplicaFacts.Role.MEMBER;
                    case ROLE_NONE, UNRECOGNIZED -> ReplicaFacts.Role.NONE;
                };
        ReplicaFacts.State state =
                switch (r.getState()) {
                    case REPLICA_OK -> r.getSalvaged() != 0 ? ReplicaFacts.State.SALVAGED : ReplicaFacts.State.OK;
                    case REPLICA_SEEDING -> ReplicaFacts.State.SEEDING;
                    case REPLICA_LOST -> ReplicaFacts.State.LOST;
                    case REPLICA_CORRUPT -> ReplicaFacts.State.CORRUPT;
                    case REPLICA_ALARM, UNRECOGNIZED -> ReplicaFacts.State.ALARM;
                };
        return new ReplicaFacts(
                r.getReplica(),
                r.getPartition(),
                node,
                r.getDisk(),
                r.getEpoch(),
                role,
                state,
                r.getLastEpoch(),
                r.getLastIndex(),
                r.getBytes(),
                Copied.of(r.getSeedDoneBytes(), r.getSeedTotalBytes()),
                r.getDetail(),
                r.getPeersCount() == 0 ? 0 : Peers.digest(r.getPeersList()),
                List.of(),
                r.hasRecords() ? r.getRecords() : ReplicaFacts.UNKNOWN);
    }

    static Digest digest(io.kintsugi.proto.Digest d) {
        return new Digest(
                d.getRequest(),
                d.getEpoch(),
                d.getIndex(),
                d.getTakenMs(),
                d.getRecords(),
                d.getBytes(),
                List.copyOf(d.getRangesList()));
    }
}
