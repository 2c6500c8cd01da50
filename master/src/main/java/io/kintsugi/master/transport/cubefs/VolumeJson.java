package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Tables, which are volumes to the original. */
final class VolumeJson {
    private static final long GB = 1L << 30;

    private VolumeJson() {}

    static List<Table> tables(View view) {
        return view.cluster().tables().stream()
                .filter(t -> t.state() == TableState.NORMAL)
                .toList();
    }

    static List<JsonObject> list(View view, String keywords) {
        return tables(view).stream()
                .filter(t -> t.name().contains(keywords))
                .map(t -> new JsonObject()
                        .put("Name", t.name())
                        .put("Owner", t.owner())
                        .put("CreateTime", t.createdAt() / 1000)
                        .put("Status", 0)
                        .put("TotalSize", total(view, t))
                        .put("UsedSize", used(view, t))
                        .put("DpReadOnlyWhenVolFull", false))
                .toList();
    }

    static List<JsonObject> stats(View view) {
        return tables(view).stream()
                .map(t -> {
                    long used = used(view, t);
                    long total = total(view, t);
                    return new JsonObject()
                            .put("Name", t.name())
                            .put("TotalSize", total)
                            .put("UsedSize", used)
                            .put(
                                    "UsedRatio",
                                    String.format(Locale.ROOT, "%.3f", total == 0 ? 0.0 : (double) used / total))
                            .put("DpReadOnlyWhenVolFull", false);
                })
                .toList();
    }

    static JsonObject info(View view, Table t) {
        Collection<Partition> partitions = view.cluster().partitionsOfTable(t.id());
        return new JsonObject()
                .put("ID", t.id())
                .put("Name", t.name())
                .put("Owner", t.owner())
                .put("ZoneName", "")
                .put("DpReplicaNum", t.replicas())
                .put("MpReplicaNum", 0)
                .put("InodeCount", 0)
                .put("DentryCount", 0)
                .put("MaxMetaPartitionID", 0)
                .put(
                        "MaxDataPartitionID",
                        partitions.stream().mapToInt(Partition::id).max().orElse(0))
                .put("Status", 0)
                .put("Capacity", total(view, t) / GB)
                .put(
                        "RwDpCnt",
                        partitions.stream()
                                .filter(p -> Status.of(view, p) == Status.READ_WRITE)
                                .count())
                .put("MpCnt", 0)
                .put("DpCnt", partitions.size())
                .put("FollowerRead", false)
                .put("NeedToLowerReplica", false)
                .put("Authenticate", false)
                .put("CrossZone", TopologyJson.zones(view).size() > 1)
                .put("DefaultPriority", false)
                .put("DomainOn", false)
                .put("CreateTime", GoText.clock(t.createdAt()))
                .put("DeleteLockTime", 0)
                .put("EnableTransactionV1", "off")
                .put("TxTimeout", 0)
                .put("Description", "")
                .put("DpReadOnlyWhenVolFull", false)
                .put("VolType", 0)
                .put("Forbidden", false)
                .put("DeleteExecTime", GoText.rfc3339(0))
                .put("DpRepairBlockSize", 0)
                .put("EnableAutoDpMetaRepair", view.cluster().settings().on(Setting.ENABLE_AUTO_DP_META_REPAIR))
                .put("TrashInterval", 0)
                .put("VolStorageClass", ReplicaJson.MEDIA_TYPE)
                .put("AllowedStorageClass", List.of(ReplicaJson.MEDIA_TYPE))
                .put("QuotaOfStorageClass", List.of())
                .put("QosInfo", new JsonObject().put("QosItems", List.of()).put("QosEnable", false));
    }

    /** For clients that look for data. */
    static JsonObject partitions(View view, Table t) {
        return new JsonObject()
                .put(
                        "DataPartitions",
                        view.cluster().partitionsOfTable(t.id()).stream()
                                .map(p -> PartitionJson.forClients(view, p))
                                .toList())
                .put("VolReadOnly", false)
                .put("StatByClass", List.of());
    }

    /** What its owner means to keep in it; without a word on that what all disks hold, all copies. */
    private static long total(View view, Table t) {
        if (t.capacityGb() > 0) {
            return t.capacityGb() * GB;
        }
        return Space.ofNodes(view, view.cluster().nodes()).total();
    }

    /** One copy's, by the primaries' reports. */
    private static long used(View view, Table t) {
        return view.cluster().partitionsOfTable(t.id()).stream()
                .mapToLong(view::bytes)
                .sum();
    }
}
