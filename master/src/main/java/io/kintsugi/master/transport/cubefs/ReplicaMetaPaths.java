package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.plan.repair.StoredPeers;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code /dataPartition/checkReplicaMeta} and {@code …/recoverReplicaMeta}: replicas that have stored other peers than the master's. Such are
 * told anew by themselves; with automatic repair off, or only observing, by an operator's word.
 */
final class ReplicaMetaPaths {
    private ReplicaMetaPaths() {}

    static void mount(Paths paths) {
        DrainService drains = paths.service().drains();
        paths.read("/dataPartition/checkReplicaMeta", (view, params) -> check(view));
        paths.verb(
                "/dataPartition/recoverReplicaMeta", (view, params, caller) -> recover(drains, view, params, caller));
    }

    /** By partition and replica. Only what was reported at the master's epoch counts, and only fresh reports. */
    static JsonObject check(View view) {
        if (!view.reports().judging()) {
            throw CubefsException.refused(
                    Survey.notJudging().code(), Survey.notJudging().message());
        }
        List<JsonObject> infos = view.cluster().partitions().values().stream()
                .flatMap(p -> differing(view, p))
                .toList();
        return new JsonObject().put("Infos", infos);
    }

    private static Stream<JsonObject> differing(View view, Partition p) {
        return StoredPeers.all(view, p).stream().map(d -> new JsonObject()
                .put("PartitionId", p.id())
                .put("Replica", Find.address(view, d.member().node()))
                .put("BadPeer", ReplicaJson.localPeers(view, p, d.member()))
                .put("ExpectPeer", ReplicaJson.peers(view, p.all())));
    }

    private static CompletableFuture<?> recover(DrainService drains, View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        return drains.tellPeers(caller, p)
                .thenApply(told -> told
                        ? "all replicas of partition " + p.id() + " hear the master's configuration anew"
                        : "no replica of partition " + p.id() + " has stored other peers than the master's");
    }
}
