package io.kintsugi.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import io.kintsugi.it.ClusterInOneJvm.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator who has nothing but the scripts of the other system: everything is asked as they ask it. */
class CubefsApiTest {
    private static Object data(ClusterInOneJvm cluster, String path) {
        Answer answer = cluster.get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.object().getInteger("code")).as(answer.body()).isZero();
        return answer.object().getValue("data");
    }

    private static JsonObject object(ClusterInOneJvm cluster, String path) {
        return (JsonObject) data(cluster, path);
    }

    private static List<JsonObject> rows(Object array) {
        return ((JsonArray) array).stream().map(JsonObject.class::cast).toList();
    }

    private static void refused(ClusterInOneJvm cluster, String path, int code, String message) {
        Answer answer = cluster.send("POST", path, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.object().getInteger("code")).as(answer.body()).isEqualTo(code);
        assertThat(answer.object().getString("msg")).contains(message);
        assertThat(answer.object().getValue("data")).isNull();
    }

    /** Address of a datanode that has replicas. */
    private static String someNode(ClusterInOneJvm cluster) {
        return rows(data(cluster, "/admin/cluster/getAllDataNodes")).stream()
                .map(n -> n.getString("Addr"))
                .filter(a -> object(cluster, "/dataNode/get?addr=" + a).getInteger("DataPartitionCount") > 0)
                .findFirst()
                .orElseThrow();
    }

    private static String ended(ClusterInOneJvm cluster, String progressPath) {
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> {
            JsonObject progress = object(cluster, progressPath);
            assertThat(progress.getString("StatusMessage"))
                    .as(progress.encode())
                    .isIn("Success", "Failed", "DecommissionCancel");
        });
        return object(cluster, progressPath).getString("StatusMessage");
    }

    @Test
    void aDiskIsDrainedAndTakenBackByTheCompatibleApiAlone(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 4, 2);
                KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
            data(cluster, "/admin/createVol?name=orders&owner=ops&capacity=1&replicaNum=3&dpCount=6&clientIDKey=");
            refused(cluster, "/admin/createVol?name=orders&owner=ops", 14, "TABLE_EXISTS");
            refused(cluster, "/admin/createVol?name=others&owner=9ops", 2, "owner '9ops'");
            Table table = client.table("orders");
            IntStream.range(0, 100).forEach(i -> table.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
            String addr = someNode(cluster);
            JsonObject report = rows(object(cluster, "/dataNode/get?addr=" + addr)
                            .getValue("DataPartitionReports"))
                    .getFirst();
            String disk = "?addr=" + addr + "&disk=" + report.getString("DiskPath");
            assertThat(object(cluster, "/disk/queryDecommissionProgress" + disk))
                    .isEqualTo(new JsonObject().put("StatusMessage", "Initial"));

            data(cluster, "/disk/decommission" + disk + "&decommissionType=1&weight=2&raftForceDel=false");
            assertThat(ended(cluster, "/disk/queryDecommissionProgress" + disk)).isEqualTo("Success");
            JsonObject progress = object(cluster, "/disk/queryDecommissionProgress" + disk);
            assertThat(progress.getString("Progress")).isEqualTo("100.00%");
            assertThat(progress.getInteger("TotalDpCnt")).isPositive();
            assertThat(progress.getString("StartTime")).endsWith("+0000 UTC");
            assertThat(object(cluster, "/dataNode/queryDecommissionSuccessDisk?addr=" + addr)
                            .getJsonArray("Disks"))
                    .containsExactly(report.getString("DiskPath"));
            moved(cluster, report.getInteger("PartitionID"), addr, report.getString("DiskPath"));
            healthy(cluster);
            IntStream.range(0, 100).forEach(i -> assertThat(table.get(("k" + i).getBytes(UTF_8)))
                    .hasValue(("v" + i).getBytes(UTF_8)));

            refused(cluster, "/disk/decommission" + disk, 1, "ALREADY_DECOMMISSIONED");
            refused(cluster, "/disk/cancelDecommission" + disk, 2, "NO_DECOMMISSION");
            data(cluster, "/disk/recommission" + disk);
            assertThat(object(cluster, "/disk/detail" + disk).getString("Status"))
                    .isEqualTo("ReadWrite");
            assertThat(object(cluster, "/disk/queryDecommissionProgress" + disk).getString("StatusMessage"))
                    .isEqualTo("Initial");
        }
    }

    private static void moved(ClusterInOneJvm cluster, int partition, String addr, String path) {
        JsonObject p = object(cluster, "/dataPartition/get?id=" + partition + "&name=");
        assertThat(rows(p.getValue("Replicas")))
                .hasSize(3)
                .noneMatch(r -> r.getString("Addr").equals(addr)
                        && r.getString("DiskPath").equals(path));
        assertThat(p.getJsonArray("Hosts")).hasSize(3);
        assertThat(object(cluster, "/dataPartition/queryDecommissionStatus?id=" + partition)
                        .getString("Status"))
                .isIn("Success", "Initial");
    }

    private static void healthy(ClusterInOneJvm cluster) {
        await().atMost(ClusterInOneJvm.LONG).untilAsserted(() -> {
            JsonObject lists = object(cluster, "/dataPartition/diagnose?ignoreDiscard=true");
            for (String list : lists.fieldNames()) {
                if (lists.getValue(list) instanceof JsonArray ids) {
                    assertThat(ids).as(list).isEmpty();
                }
            }
        });
    }

    @Test
    void aDatanodeIsCancelledPausedAndDrained(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 2)) {
            data(cluster, "/admin/createVol?name=t&owner=ops&dpCount=2&capacity=12");
            String node = "?addr=" + someNode(cluster);
            String progress = "/dataNode/queryDecommissionProgress" + node;
            // three replicas, three datanodes: it has nowhere to go
            data(cluster, "/dataNode/decommission" + node + "&count=0&clientIDKey=&raftForceDel=false&weight=2");
            refused(cluster, "/dataNode/decommission" + node, 1, "ALREADY_DECOMMISSIONING");
            assertThat(object(cluster, progress).getInteger("Status")).isEqualTo(4);
            data(cluster, "/dataNode/pauseDecommission" + node);
            assertThat(object(cluster, progress).getString("StatusMessage")).isEqualTo("Paused");
            data(cluster, "/dataNode/decommission" + node);
            assertThat(object(cluster, progress).getString("StatusMessage")).isEqualTo("Running");
            assertThat(rows(data(cluster, "/admin/queryDecommissionToken")).stream()
                            .mapToInt(n -> n.getInteger("ManualDecommissionDiskTotal"))
                            .sum())
                    .isPositive();
            data(cluster, "/dataNode/cancelDecommission" + node);
            assertThat(ended(cluster, progress)).isEqualTo("DecommissionCancel");
            assertThat(object(cluster, "/dataNode/get" + node).getBoolean("ToBeOffline"))
                    .as("a cancel leaves nothing disabled")
                    .isFalse();
            assertThat(object(cluster, "/dataNode/queryDisableDisk" + node).getJsonArray("Disks"))
                    .isEmpty();

            cluster.start("d4", 2);
            await().atMost(ClusterInOneJvm.LONG)
                    .until(() -> object(cluster, "/admin/getCluster").getJsonArray("DataNodes").stream()
                                    .map(JsonObject.class::cast)
                                    .filter(n -> n.getBoolean("IsWritable"))
                                    .count()
                            == 4);
            data(cluster, "/dataNode/decommission" + node);
            assertThat(ended(cluster, progress)).isEqualTo("Success");
            assertThat(object(cluster, "/dataNode/get" + node).getInteger("DataPartitionCount"))
                    .isZero();
            JsonObject volume = object(cluster, "/admin/getVol?name=t");
            assertThat(volume.getString("Owner")).isEqualTo("ops");
            assertThat(volume.getInteger("Capacity")).isEqualTo(12);
            refused(cluster, "/vol/delete?name=t&authKey=d41d8cd98f00b204e9800998ecf8427e", 34, "the owner of 't'");
            data(cluster, "/vol/delete?name=t&authKey=E847897826CEB8346EB5141F8C23436A&clientIDKey=");
            assertThat(rows(data(cluster, "/vol/list?keywords="))).isEmpty();
        }
    }

    @Test
    void settingsErrorsAndWhatIsNotBuiltYet(@TempDir Path dir) throws Exception {
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 1)) {
            data(cluster, "/admin/createVol?name=t&owner=ops&dpCount=1");
            String unset = "batchCount=&markDeleteRate=&deleteWorkerSleepMs=&autoRepairRate=&loadFactor=&maxDpCntLimit="
                    + "&maxMpCntLimit=&clientIDKey=";
            data(
                    cluster,
                    "/admin/setNodeInfo?" + unset
                            + "&decommissionLimit=50&decommissionDiskLimit=7&dpRepairTimeOut=1200000000000");
            JsonObject info = object(cluster, "/admin/getCluster");
            assertThat(info.getInteger("DecommissionLimit")).isEqualTo(50);
            assertThat(info.getInteger("DecommissionDiskLimit")).isEqualTo(7);
            assertThat(info.getString("DpRepairTimeout")).isEqualTo("20m0s");
            refused(cluster, "/admin/setNodeInfo?" + unset, 2, "nothing to set");
            refused(
                    cluster,
                    "/admin/setNodeInfo?decommissionLimit=9&autoDecommissionDisk=maybe",
                    2,
                    "parameter autoDecommissionDisk is 'maybe'");
            refused(
                    cluster,
                    "/admin/setNodeInfo?decommissionLimit=9&mpTimeout=1",
                    1,
                    "SETTING_HAS_NO_MEANING: mpTimeout");
            refused(cluster, "/admin/setNodeInfo?decommissionLimit=0", 2, "DecommissionDpLimit is '0'");
            wrongValues(cluster);
            assertThat(object(cluster, "/admin/getCluster").getInteger("DecommissionLimit"))
                    .as("all of a request, or nothing")
                    .isEqualTo(50);

            String addr = someNode(cluster);
            int partition = rows(object(cluster, "/dataNode/get?addr=" + addr).getValue("DataPartitionReports"))
                    .getFirst()
                    .getInteger("PartitionID");
            refused(cluster, "/dataPartition/get", 2, "parameter id not found");
            refused(cluster, "/dataPartition/get?id=x", 2, "parameter id is 'x'");
            refused(cluster, "/dataPartition/get?id=999", 11, "999");
            refused(cluster, "/dataNode/get?addr=10.9.9.9:1", 12, "10.9.9.9:1");
            refused(cluster, "/disk/decommission?addr=" + addr + "&disk=/no", 1, "NO_SUCH_DISK");
            refused(cluster, "/nodeSet/get?nodesetId=99", 64, "99");
            refused(cluster, "/admin/getVol?name=no", 7, "no");
            refused(
                    cluster,
                    "/dataPartition/decommission?id=" + partition + "&addr=" + addr + "&raftForceDel=true",
                    1,
                    "RAFT_FORCE_NEEDLESS");
            refused(cluster, "/dataReplica/add?id=" + partition + "&addr=10.9.9.9:1", 12, "10.9.9.9:1");
            refused(cluster, "/dataNode/migrate?srcAddr=" + addr + "&targetAddr=" + addr, 2, "SAME_NODE");
            refused(cluster, "/dataPartition/create?name=t&count=1", 1, "PARTITIONS_ARE_FIXED");
            healing(cluster);
            discard(cluster, partition);
            assertThat(cluster.get("/v1/ops").array())
                    .as("refused is without effect")
                    .isEmpty();
            present(cluster, addr);
        }
    }

    /** Named by their parameters. Seconds or milliseconds where nanoseconds are meant: 168 hours aren't to become none. */
    private static void wrongValues(ClusterInOneJvm cluster) {
        refused(cluster, "/admin/setNodeInfo?decommissionLimit=0", 2, "parameter decommissionLimit is '0'");
        refused(
                cluster,
                "/admin/updateDecommissionDiskLimit?decommissionDiskLimit=0",
                2,
                "parameter decommissionDiskLimit is '0'");
        for (String time : List.of("604800", "604800000", "999999999")) {
            for (String name : List.of("dpBackupTimeout", "autoDecommissionDiskInterval", "dpRepairTimeOut")) {
                refused(
                        cluster,
                        "/admin/setNodeInfo?decommissionLimit=9&" + name + "=" + time,
                        2,
                        "parameter " + name + " is '" + time + "': it is in nanoseconds");
            }
        }
        assertThat(object(cluster, "/admin/getCluster").getString("DpBackupTimeout"))
                .isEqualTo("168h0m0s");
        data(cluster, "/admin/setNodeInfo?autoDecommissionDiskInterval=1000000000");
        assertThat(object(cluster, "/admin/getCluster").getString("AutoDecommissionDiskInterval"))
                .isEqualTo("1s");
        data(cluster, "/admin/setNodeInfo?autoDecommissionDiskInterval=0");
        assertThat(object(cluster, "/admin/getCluster").getString("AutoDecommissionDiskInterval"))
                .isEqualTo("0s");
    }

    private static void discard(ClusterInOneJvm cluster, int partition) {
        String discard = "/admin/setDpDiscard?id=" + partition + "&dpDiscard=";
        refused(cluster, discard + "true&force=false", 1, "PARTITION_IS_SERVED");
        refused(cluster, discard + "perhaps", 2, "parameter dpDiscard is 'perhaps'");
        data(cluster, discard + "true&force=true");
        assertThat(rows(object(cluster, "/admin/getDiscardDp").getJsonArray("DiscardDps")))
                .extracting(p -> p.getInteger("PartitionID"))
                .containsExactly(partition);
        data(cluster, discard + "false&force=false");
        String move = "/dataPartition/decommission?id=" + partition + "&addr=" + someNode(cluster) + "&dstNodeSet=";
        refused(cluster, move + "99", 64, "99");
        refused(cluster, move + "1", 1, "NO_DESTINATION");
    }

    private static void healing(ClusterInOneJvm cluster) {
        assertThat(data(cluster, "/admin/queryAutoDecommissionDisk")).isEqualTo(true);
        data(cluster, "/admin/enableAutoDecommissionDisk?enable=false");
        assertThat(data(cluster, "/admin/queryAutoDecommissionDisk")).isEqualTo(false);
        data(
                cluster,
                "/admin/setNodeInfo?autoDecommissionDisk=1&autoDecommissionDiskInterval=20000000000&autoDpMetaRepair=false"
                        + "&autoDpMetaRepairParallelCnt=7&dpBackupTimeout=1209600000000000");
        JsonObject info = object(cluster, "/admin/getCluster");
        assertThat(info.getBoolean("EnableAutoDecommission")).isTrue();
        assertThat(info.getString("AutoDecommissionDiskInterval")).isEqualTo("20s");
        assertThat(info.getBoolean("EnableAutoDpMetaRepair")).isFalse();
        assertThat(info.getInteger("AutoDpMetaRepairParallelCnt")).isEqualTo(7);
        assertThat(info.getString("DpBackupTimeout")).isEqualTo("336h0m0s");
        data(cluster, "/cluster/freeze?enable=true&clientIDKey=");
        assertThat(object(cluster, "/admin/getCluster").getBoolean("DisableAutoAlloc"))
                .isTrue();
        refused(cluster, "/admin/createVol?name=u&owner=ops", 1, "CLUSTER_FROZEN");
        data(cluster, "/cluster/freeze?enable=false&clientIDKey=");
    }

    /** What the command line reads of a cluster where nothing goes on. */
    private static void present(ClusterInOneJvm cluster, String addr) {
        for (String list : List.of(
                "/admin/cluster/getAllMetaNodes",
                "/client/metaPartitions?name=t",
                "/user/list?keywords=",
                "/admin/queryDecommissionFailedDisk?decommissionType=2",
                "/admin/queryDiskDecommissionInfoStat",
                "/admin/queryDataNodeDecommissionInfoStat")) {
            assertThat((JsonArray) data(cluster, list)).as(list).isEmpty();
        }
        assertThat(object(cluster, "/metaPartition/diagnose?v1=true").getJsonArray("InactiveMetaNodes"))
                .isEmpty();
        assertThat(object(cluster, "/admin/getDiscardDp").getJsonArray("DiscardDps"))
                .isEmpty();
        assertThat(object(cluster, "/dataPartition/checkReplicaMeta").getJsonArray("Infos"))
                .isEmpty();
        refused(cluster, "/dataPartition/recoverReplicaMeta", 2, "parameter id not found");
        refused(cluster, "/dataPartition/recoverReplicaMeta?id=999", 11, "999");
        assertThat(object(cluster, "/disk/queryBadDisks").getJsonArray("BadDisks"))
                .isEmpty();
        assertThat(object(cluster, "/disk/queryAllDecommissionDisk?decommissionType=3&showAll=true")
                        .getJsonArray("Infos"))
                .isEmpty();
        assertThat(object(cluster, "/disk/queryDisks?addr=" + addr).getJsonArray("Disks"))
                .hasSize(1);
        assertThat(object(cluster, "/client/partitions?name=t").getJsonArray("DataPartitions"))
                .hasSize(1);
        assertThat(object(cluster, "/admin/getVol?name=t").getInteger("DpCnt")).isEqualTo(1);
        assertThat(object(cluster, "/topo/get").getJsonArray("Zones")).hasSize(1);
        assertThat(rows(data(cluster, "/nodeSet/list")))
                .hasSize(1)
                .allSatisfy(n -> assertThat(n.getInteger("DataNodeNum")).isEqualTo(3));
        assertThat(object(cluster, "/cluster/stat").getJsonObject("ZoneStatInfo"))
                .isNotEmpty();
        assertThat(object(cluster, "/admin/getNodeInfo").getString("loadFactor"))
                .isEqualTo("0");
    }
}
