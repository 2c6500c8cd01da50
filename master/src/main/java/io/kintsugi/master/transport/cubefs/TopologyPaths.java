package io.kintsugi.master.transport.cubefs;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** Zones and nodesets; and metanodes, metapartitions and users, of which there are none. */
final class TopologyPaths {
    private TopologyPaths() {}

    static void mount(Paths paths) {
        paths.read("/zone/list", (view, params) -> TopologyJson.zoneRows(view));
        paths.read("/topo/get", (view, params) -> new JsonObject().put("Zones", TopologyJson.zoneRows(view)));
        paths.read("/nodeSet/list", (view, params) -> TopologyJson.nodesetRows(view, params.text("zoneName", "")));
        paths.read("/nodeSet/get", (view, params) -> TopologyJson.nodeset(view, Find.nodeset(view, params)));
        paths.read("/admin/cluster/getAllMetaNodes", (view, params) -> List.of());
        paths.read("/metaPartition/diagnose", (view, params) -> noMetaPartitions());
        paths.read("/client/metaPartitions", (view, params) -> List.of());
        paths.read("/user/list", (view, params) -> List.of());
        paths.read("/user/info", (view, params) -> {
            throw new CubefsException(
                    Codes.NO_USER, "NO_SUCH_USER: there are no users: '" + params.text("user") + "' isn't one");
        });
    }

    /** All lists of both forms that the original has of it. */
    private static JsonObject noMetaPartitions() {
        JsonObject lists = new JsonObject();
        for (String list : List.of(
                "InactiveMetaNodes",
                "CorruptMetaPartitionIDs",
                "NoLeaderMetaPartitionIDs",
                "LackReplicaMetaPartitionIDs",
                "BadMetaPartitionIDs",
                "BadReplicaMetaPartitionIDs",
                "UnavailableMetaPartitionIDs",
                "ExcessReplicaMetaPartitionIDs",
                "InConsistRreplicaCntMetaPartitionIDs",
                "InodeCountNotEqualReplicaMetaPartitionIDs",
                "MaxInodeNotEqualReplicaMetaPartitionIDs",
                "DentryCountNotEqualReplicaMetaPartitionIDs",
                "InodeCountNotEqualIDs",
                "MaxInodeNotEqualIDs",
                "DentryCountNotEqualIDs",
                "AbnormalRaftIDs")) {
            lists.put(list, List.of());
        }
        return lists;
    }
}
