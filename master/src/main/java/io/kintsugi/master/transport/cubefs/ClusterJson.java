package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Settings;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The cluster as a whole. */
final class ClusterJson {
    private ClusterJson() {}

    /**
     * The masters' group, of which a view knows nothing.
     *
     * @param name the cluster's id
     * @param leader name of the leading master
     * @param away names of masters that don't answer
     */
    record Group(String name, long applied, String leader, List<MasterAddress> masters, Collection<String> away) {
        String leaderAddress() {
            return masters.stream()
                    .filter(m -> m.name().equals(leader))
                    .map(m -> m.httpAddress().toString())
                    .findFirst()
                    .orElse("");
        }

        List<JsonObject> rows() {
            List<JsonObject> rows = new ArrayList<>();
            for (MasterAddress m : masters) {
                boolean answers = !away.contains(m.name());
                rows.add(NodeJson.row(m.httpAddress().toString(), rows.size() + 1, answers, answers));
            }
            return rows;
        }
    }

    static JsonObject info(View view, Group group) {
        JsonObject info = new JsonObject()
                .put("Name", group.name())
                .put(
                        "CreateTime",
                        view.cluster()
                                .cluster()
                                .map(c -> c.createdAt())
                                .filter(at -> at > 0)
                                .map(GoText::clock)
                                .orElse(""))
                .put("LeaderAddr", group.leaderAddress())
                .put("DisableAutoAlloc", view.cluster().settings().on(Setting.TABLES_FROZEN))
                .put("ForbidMpDecommission", false)
                .put("MetaNodeThreshold", 0.0)
                .put("Applied", group.applied())
                .put(
                        "MaxDataPartitionID",
                        view.cluster().partitions().keySet().stream()
                                .mapToInt(id -> id)
                                .max()
                                .orElse(0))
                .put("MaxMetaNodeID", 0)
                .put("MaxMetaPartitionID", 0);
        limits(view, info);
        return info.put(
                        "DataNodeStatInfo",
                        Space.ofNodes(view, view.cluster().nodes()).stat())
                .put("MetaNodeStatInfo", Space.NONE.stat())
                .put("VolStatInfo", VolumeJson.stats(view))
                .put("BadPartitionIDs", Diagnosis.recoveringIds(view))
                .put("BadMetaPartitionIDs", List.of())
                .put("MasterNodes", group.rows())
                .put("MetaNodes", List.of())
                .put("DataNodes", nodes(view))
                .put("StatOfStorageClass", List.of())
                .put("StatMigrateStorageClass", List.of())
                .put("ForbidWriteOpOfProtoVer0", false)
                .put("LegacyDataMediaType", ReplicaJson.MEDIA_TYPE)
                .put("RaftPartitionCanUsingDifferentPortEnabled", false)
                .put("FlashNodes", List.of());
    }

    private static void limits(View view, JsonObject info) {
        Settings settings = view.cluster().settings();
        info.put("VolDeletionDelayTimeHour", view.setting(Setting.DROPPED_TABLE_RETENTION_MS) / 3_600_000)
                .put("MetaNodeGOGC", 0)
                .put("DataNodeGOGC", 0)
                .put("MarkDiskBrokenThreshold", 0.0)
                .put("EnableAutoDpMetaRepair", settings.on(Setting.ENABLE_AUTO_DP_META_REPAIR))
                .put("AutoDpMetaRepairParallelCnt", settings.get(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT))
                .put("EnableAutoDecommission", settings.on(Setting.ENABLE_AUTO_DECOMMISSION))
                .put(
                        "AutoDecommissionDiskInterval",
                        GoText.duration(settings.get(Setting.AUTO_DECOMMISSION_DISK_INTERVAL_MS)))
                .put("DecommissionFirstHostDiskParallelLimit", 0)
                .put("DecommissionLimit", view.setting(Setting.DECOMMISSION_DP_LIMIT))
                .put("DecommissionDiskLimit", view.setting(Setting.DECOMMISSION_DISK_LIMIT))
                .put("DpRepairTimeout", GoText.duration(view.setting(Setting.DP_REPAIR_TIMEOUT_MS)))
                .put("DpBackupTimeout", GoText.duration(settings.get(Setting.DP_BACKUP_TIMEOUT_MS)))
                .put("DpTimeout", GoText.duration(view.setting(Setting.NODE_DEAD_TIMEOUT_MS)))
                .put("MpTimeout", GoText.duration(0));
    }

    static List<JsonObject> nodes(View view) {
        return view.cluster().nodes().stream().map(n -> NodeJson.view(view, n)).toList();
    }

    static JsonObject stat(View view) {
        JsonObject zones = new JsonObject();
        for (String zone : TopologyJson.zones(view)) {
            List<Node> nodes = TopologyJson.nodesOfZone(view, zone);
            int writable =
                    (int) nodes.stream().filter(n -> NodeJson.writable(view, n)).count();
            zones.put(
                    zone,
                    new JsonObject()
                            .put("DataNodeStat", Space.ofNodes(view, nodes).zoneStat(nodes.size(), writable))
                            .put("MetaNodeStat", Space.NONE.zoneStat(0, 0)));
        }
        return new JsonObject()
                .put(
                        "DataNodeStatInfo",
                        Space.ofNodes(view, view.cluster().nodes()).stat())
                .put("MetaNodeStatInfo", Space.NONE.stat())
                .put("ZoneStatInfo", zones);
    }

    /** Rates and limits of things that there are none of here, as text; 0 is none. */
    static JsonObject rates() {
        JsonObject rates = new JsonObject();
        SettingsPaths.MEANINGLESS.forEach(name -> rates.put(name, "0"));
        return rates.put("dpMaxRepairErrCnt", "0");
    }

    /** @param caller the caller's address */
    static JsonObject ip(String cluster, String caller) {
        return new JsonObject()
                .put("Cluster", cluster)
                .put("Ip", caller)
                .put("MetaNodeDeleteBatchCount", 0)
                .put("MetaNodeDeleteWorkerSleepMs", 0)
                .put("DataNodeDeleteLimitRate", 0)
                .put("DataNodeAutoRepairLimitRate", 0)
                .put("DpMaxRepairErrCnt", 0)
                .put("DirChildrenNumLimit", 0)
                .put("EbsAddr", "")
                .put("ServicePath", "")
                .put("ClusterUuid", cluster)
                .put("ClusterUuidEnable", false)
                .put("ClusterEnableSnapshot", false);
    }
}
