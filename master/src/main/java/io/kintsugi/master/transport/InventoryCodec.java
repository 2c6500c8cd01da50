package io.kintsugi.master.transport;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.plan.rebuild.ClusterNote;
import io.kintsugi.master.plan.rebuild.DamagedManifest;
import io.kintsugi.master.plan.rebuild.Definition;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.master.plan.rebuild.ReplicaFound;
import io.kintsugi.master.plan.rebuild.TableAnswer;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.GivenIds;
import io.kintsugi.proto.InventoryDisk;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryReplica;
import io.kintsugi.proto.NodeNote;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.TableDef;
import java.util.ArrayList;
import java.util.List;

/** A datanode's inventory, from the wire's messages to what plans are made of. */
final class InventoryCodec {
    private InventoryCodec() {}

    /** @param address at which the datanode was asked */
    static NodeAnswer answer(String address, InventoryPage page) {
        if (!page.getReason().isEmpty()) {
            return NodeAnswer.failed(address, "ERR_" + page.getReason());
        }
        boolean member = !page.getClusterId().isEmpty();
        if (member && page.getNote().getNode().getId() == 0) {
            return NodeAnswer.failed(address, "ERR_INVALID_DATA"); // it was welcomed, and never told who it is
        }
        io.kintsugi.proto.ClusterNote note = page.getNote();
        return new NodeAnswer(
                address,
                "",
                page.getComplete(),
                page.getClusterId(),
                page.getGeneration(),
                member ? node(page) : null,
                note.getNodeset().getId() == 0 ? null : nodeset(note.getNodeset()),
                new ClusterNote(note.getSettingsRevision(), note.getSettingsMap(), ids(note.getGiven())),
                disks(page),
                tables(page.getReplicasList()),
                damaged(page));
    }

    /** On a disk that can't be used there may be the newest of a partition: until it is mounted, or skipped by an operator's word, nobody knows. */
    private static List<DamagedManifest> damaged(InventoryPage page) {
        List<DamagedManifest> damaged = new ArrayList<>();
        page.getDamagedList().forEach(d -> damaged.add(new DamagedManifest(d.getPath(), d.getWhy())));
        page.getNote().getDisksList().stream()
                .filter(d -> !d.getDrained())
                .filter(d -> page.getDisksList().stream()
                        .noneMatch(there -> there.getUsable() && there.getUuid().equals(d.getUuid())))
                .forEach(d -> damaged.add(new DamagedManifest(d.getPath(), "all of the disk: it can't be used now")));
        return damaged;
    }

    private static Node node(InventoryPage page) {
        NodeNote note = page.getNote().getNode();
        return new Node(
                note.getId(),
                page.getNodeUuid(),
                page.getName(),
                page.getAddress(),
                page.getHttpAddress(),
                page.getZone(),
                page.getNote().getNodeset().getId(),
                note.getRegisteredAtMs(),
                drain(note.getDraining(), note.getDrained()),
                0,
                0,
                List.of());
    }

    private static Nodeset nodeset(io.kintsugi.proto.NodesetNote n) {
        return new Nodeset(n.getId(), n.getName(), n.getZone(), n.getCapacity());
    }

    private static Ids ids(GivenIds g) {
        return new Ids(
                g.getNode(),
                g.getDisk(),
                g.getTable(),
                g.getPartition(),
                g.getReplica(),
                g.getOp(),
                g.getNodeset(),
                g.getRequest());
    }

    /** Those that have a number; the others take a new one when the datanode registers. */
    private static List<Disk> disks(InventoryPage page) {
        List<Disk> disks = new ArrayList<>();
        for (InventoryDisk d : page.getDisksList()) {
            if (d.getId() == 0) {
                continue;
            }
            DiskNote note = page.getNote().getDisksList().stream()
                    .filter(n -> n.getUuid().equals(d.getUuid()))
                    .findFirst()
                    .orElse(DiskNote.getDefaultInstance());
            disks.add(new Disk(
                    d.getId(),
                    d.getUuid(),
                    page.getNote().getNode().getId(),
                    d.getPath(),
                    DiskStatus.NORMAL,
                    drain(note.getDraining(), note.getDrained()),
                    0,
                    0,
                    ""));
        }
        return disks;
    }

    private static DrainState drain(boolean draining, boolean drained) {
        return drained ? DrainState.DRAINED : draining ? DrainState.DRAINING : DrainState.NONE;
    }

    /** Replicas of one table stand together, its definition with the first. */
    private static List<TableAnswer> tables(List<InventoryReplica> replicas) {
        List<TableAnswer> tables = new ArrayList<>();
        TableDef table = TableDef.getDefaultInstance();
        List<ReplicaFound> found = new ArrayList<>();
        for (InventoryReplica r : replicas) {
            if (r.getConfiguration().hasTable()) {
                add(tables, table, found);
                table = r.getConfiguration().getTable();
                found = new ArrayList<>();
            }
            found.add(new ReplicaFound(
                    r.getReplica(),
                    r.getDisk(),
                    r.getWhole(),
                    r.getLastEpoch(),
                    r.getLastIndex(),
                    partition(r.getConfiguration(), table)));
        }
        add(tables, table, found);
        return tables;
    }

    private static void add(List<TableAnswer> tables, TableDef table, List<ReplicaFound> found) {
        if (!found.isEmpty()) {
            tables.add(new TableAnswer(new Definition(table(table), table.getGeneration(), table.getVersion()), found));
        }
    }

    private static Table table(TableDef t) {
        return new Table(
                t.getId(),
                t.getName(),
                t.getPartitions(),
                t.getReplicas(),
                t.getMinInSync(),
                t.getHash(),
                t.getDropped() ? TableState.DROPPED : TableState.NORMAL,
                t.getCreatedAtMs(),
                t.getDroppedAtMs(),
                t.getOwner(),
                t.getCapacityGb(),
                t.getTtlMs());
    }

    private static Partition partition(PartitionConfig c, TableDef table) {
        return new Partition(
                c.getPartition(),
                table.getId(),
                c.getIndex(),
                c.getEpoch(),
                c.getTarget(),
                c.getMembersList().stream().map(InventoryCodec::member).toList(),
                c.hasJoining() ? member(c.getJoining()) : null,
                c.getLeaving(),
                c.getInSyncList(),
                c.getPrimary(),
                RestoreMutex.STOP,
                0);
    }

    private static Member member(io.kintsugi.proto.Member m) {
        return new Member(m.getReplica(), m.getNode(), m.getDisk(), m.getLeftEpoch());
    }
}
