package io.kintsugi.datanode.transport;

import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** {@code GET /v1/status}: this node, its disks and its replicas, as it would report them. */
public final class StatusRoutes {
    private StatusRoutes() {}

    public static void mount(
            Router router, NodeIdentity identity, NodeDirectory directory, NodeHost node, MasterLink link) {
        router.get("/v1/status").handler(context -> {
            JsonObject status = new JsonObject()
                    .put("name", identity.name())
                    .put("uuid", directory.uuid())
                    .put("clusterId", directory.clusterId())
                    .put("generation", directory.generation())
                    .put("term", directory.term())
                    .put("master", link.attending())
                    .put("disks", disks(node))
                    .put("replicas", replicas(node));
            context.response().putHeader("Content-Type", "application/json").end(status.encode());
        });
    }

    private static JsonArray disks(NodeHost node) {
        JsonArray all = new JsonArray();
        for (DiskHost disk : node.disks()) {
            all.add(describe(disk.path(), disk.report())
                    .put("uuid", disk.uuid())
                    .put("disk", disk.id()));
        }
        node.unusable().forEach(disk -> all.add(describe(disk.path().toString(), disk.report())));
        return all;
    }

    private static JsonObject describe(String path, DiskReport report) {
        return new JsonObject()
                .put("path", path)
                .put("health", report.getHealth().name())
                .put("error", report.getError())
                .put("errorPartitions", new JsonArray(report.getErrorPartitionsList()))
                .put("suspect", report.getSuspect())
                .put("usedBytes", report.getUsedBytes())
                .put("totalBytes", report.getTotalBytes());
    }

    private static JsonArray replicas(NodeHost node) {
        JsonArray all = new JsonArray();
        for (ReplicaReport replica : node.reports()) {
            all.add(new JsonObject()
                    .put("replica", replica.getReplica())
                    .put("partition", replica.getPartition())
                    .put("disk", replica.getDisk())
                    .put("epoch", replica.getEpoch())
                    .put("role", replica.getRole().name())
                    .put("state", replica.getState().name())
                    .put("lastIndex", replica.getLastIndex())
                    .put("commitIndex", replica.getCommitIndex())
                    .put("bytes", replica.getBytes())
                    .put("detail", replica.getDetail()));
        }
        return all;
    }
}
