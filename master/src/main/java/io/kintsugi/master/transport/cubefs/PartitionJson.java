package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A partition, as {@code /dataPartition/get} and the clients' list show it. */
final class PartitionJson {
    private PartitionJson() {}

    static JsonObject of(View view, Partition p) {
        boolean recovers = p.joining() != null;
        PartitionJob job = PartitionJob.of(view, p);
        return new JsonObject()
                .put("PartitionID", p.id())
                .put("PartitionType", 0)
                .put("LastLoadedTime", 0)
                .put("ReplicaNum", p.target())
                .put("Status", Status.of(view, p).number())
                .put("Recover", recovers)
                .put(
                        "Replicas",
                        p.all().stream()
                                .map(m -> ReplicaJson.ofPartition(view, p, m))
                                .toList())
                .put("Hosts", hosts(view, p))
                .put("Peers", ReplicaJson.peers(view, p.members()))
                .put("Zones", nodes(view, p).stream().map(Node::zone).toList())
                .put("NodeSets", nodes(view, p).stream().map(Node::nodeset).toList())
                .put("MissingNodes", missing(view, p))
                .put("VolName", ReplicaJson.volume(view, p))
                .put("VolID", p.table())
                .put("OfflinePeerID", p.leaving())
                .put("FileInCoreMap", new JsonObject())
                .put("IsRecover", recovers)
                .put("FilesWithMissingReplica", new JsonObject())
                .put(
                        "SingleDecommissionStatus",
                        job.status().map(Words::statusNumber).orElse(0))
                .put("SingleDecommissionAddr", job.sourceAddress(view))
                .put("RdOnly", false)
                .put("IsDiscard", view.cluster().discarded(p.id()))
                .put("Forbidden", false)
                .put("MediaType", ReplicaJson.MEDIA_TYPE)
                .put("ForbidWriteOpOfProtoVer0", false);
    }

    /** As clients that look for data are told. */
    static JsonObject forClients(View view, Partition p) {
        return new JsonObject()
                .put("PartitionType", 0)
                .put("PartitionID", p.id())
                .put("Status", Status.of(view, p).number())
                .put("ReplicaNum", p.target())
                .put("Hosts", hosts(view, p))
                .put("LeaderAddr", primary(view, p))
                .put("Epoch", p.epoch())
                .put("IsRecover", p.joining() != null)
                .put("IsDiscard", view.cluster().discarded(p.id()))
                .put("MediaType", ReplicaJson.MEDIA_TYPE);
    }

    /** Members' addresses, the primary's first. A joining replica is no member yet, not even while it is primary. */
    static List<String> hosts(View view, Partition p) {
        List<String> hosts = new ArrayList<>();
        for (Member m : p.members()) {
            hosts.add(m.replica() == p.primary() ? 0 : hosts.size(), Find.address(view, m.node()));
        }
        return hosts;
    }

    private static String primary(View view, Partition p) {
        return p.member(p.primary()).map(m -> Find.address(view, m.node())).orElse("");
    }

    private static List<Node> nodes(View view, Partition p) {
        return p.members().stream()
                .map(m -> view.cluster().node(m.node()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Addresses of dead datanodes, and since when (seconds since the epoch). */
    private static JsonObject missing(View view, Partition p) {
        JsonObject missing = new JsonObject();
        p.all().stream()
                .filter(m -> view.reports().dead(m.node()))
                .forEach(m -> missing.put(Find.address(view, m.node()), Moments.liveSince(view, m.node()) / 1000));
        return missing;
    }
}
