package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.view.BackupFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Datanodes. */
final class NodeJson {
    private NodeJson() {}

    /** In lists. */
    static JsonObject view(View view, Node n) {
        return row(n.address(), n.id(), view.reports().alive(n.id()), writable(view, n));
    }

    /** A datanode or a master in a list. */
    static JsonObject row(String address, int id, boolean active, boolean writable) {
        return new JsonObject()
                .put("Addr", address)
                .put("Status", active)
                .put("DomainAddr", "")
                .put("ID", id)
                .put("IsWritable", writable)
                .put("MediaType", ReplicaJson.MEDIA_TYPE)
                .put("ForbidWriteOpOfProtoVer0", false);
    }

    static JsonObject info(View view, Node n) {
        List<Disk> disks = DiskJson.present(view, n);
        Space space = Space.ofDisks(view, disks);
        List<JsonObject> reports = disks.stream()
                .flatMap(d -> ReplicaJson.reports(view, d).stream())
                .toList();
        return new JsonObject()
                .put("TotalWeight", space.total())
                .put("UsedWeight", space.used())
                .put("AvailableSpace", space.available())
                .put("ID", n.id())
                .put("Zone", n.zone())
                .put("Addr", n.address())
                .put("RaftHeartbeatPort", "")
                .put("RaftReplicaPort", "")
                .put("DomainAddr", "")
                .put("ReportTime", GoText.rfc3339(Moments.heard(view, n.id())))
                .put("IsActive", view.reports().alive(n.id()))
                .put("ToBeOffline", n.drain() != DrainState.NONE)
                .put("IsWriteAble", writable(view, n))
                .put("UsageRatio", space.ratio())
                .put("SelectedTimes", 0)
                .put("DataPartitionReports", reports)
                .put("DataPartitionCount", reports.size())
                .put("NodeSetID", n.nodeset())
                .put(
                        "PersistenceDataPartitions",
                        reports.stream().map(r -> r.getInteger("PartitionID")).toList())
                .put(
                        "PersistenceDataPartitionsWithDiskPath",
                        reports.stream().map(NodeJson::place).toList())
                .put("AllDisks", DiskJson.paths(disks))
                .put(
                        "BadDisks",
                        DiskJson.paths(disks.stream()
                                .filter(d -> !view.diskWorks(d.id()))
                                .toList()))
                .put("LostDisks", List.of())
                .put("RdOnly", false)
                .put("CanAllocPartition", writable(view, n))
                .put("maxDpCntLimit", 0)
                .put("cpuUtil", 0.0)
                .put("ioUtil", new JsonObject())
                .put("DecommissionedDisk", DiskJson.drainedPaths(view, n, false))
                .put("DecommissionSuccessDisk", DiskJson.drainedPaths(view, n, true))
                .put(
                        "BackupDataPartitions",
                        view.reports().backups(n.id()).stream()
                                .map(BackupFacts::partition)
                                .toList())
                .put("MediaType", ReplicaJson.MEDIA_TYPE)
                .put("DiskOpLogs", List.of())
                .put("DpOpLogs", List.of());
    }

    private static JsonObject place(JsonObject report) {
        return new JsonObject()
                .put("PartitionId", report.getInteger("PartitionID"))
                .put("Disk", report.getString("DiskPath"));
    }

    /** Whether a new replica could go there. */
    static boolean writable(View view, Node n) {
        return view.reports().alive(n.id())
                && n.drain() == DrainState.NONE
                && DiskJson.present(view, n).stream()
                        .anyMatch(d -> d.placeable() && view.diskWorks(d.id()) && !Status.full(view, d.id()));
    }
}
