package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.consensus.Consensus;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.LeaderForwarder;
import io.kintsugi.master.transport.MastersAway;
import io.vertx.core.http.HttpClient;
import io.vertx.ext.web.Router;
import java.util.List;

/** Mounts the compatible API. A follower passes requests on to the leader, but for the one that clients find out by whom they reached. */
public final class CubefsApi {
    private final Consensus consensus;
    private final List<MasterAddress> masters;
    private final MastersAway away;
    private final HttpClient http;
    private final AdminService service;

    public CubefsApi(
            Consensus consensus, List<MasterAddress> masters, MastersAway away, HttpClient http, AdminService service) {
        this.consensus = consensus;
        this.masters = masters;
        this.away = away;
        this.http = http;
        this.service = service;
    }

    public void mount(Router router) {
        LeaderForwarder toLeader = new LeaderForwarder(
                consensus, masters, http, (context, reason, message) -> Paths.leaderless(context, message));
        Paths paths = new Paths(router, toLeader, service);
        cluster(paths);
        SettingsPaths.mount(paths);
        PartitionPaths.mount(paths);
        MemberPaths.mount(paths);
        ReplicaMetaPaths.mount(paths);
        DiskPaths.mount(paths);
        NodePaths.mount(paths);
        TopologyPaths.mount(paths);
        VolumePaths.mount(paths);
        NotYet.mount(paths);
    }

    private void cluster(Paths paths) {
        paths.local(
                "/admin/getIp",
                c -> ClusterJson.ip(
                        consensus.status().clusterId(),
                        c.request().remoteAddress().hostAddress()));
        paths.readWith(
                "/admin/getCluster",
                () -> away.of(consensus.status().name()).toCompletionStage().toCompletableFuture(),
                (view, params, silent) -> ClusterJson.info(view, group(silent)));
        paths.read("/admin/getNodeInfo", (view, params) -> ClusterJson.rates());
        paths.read("/cluster/stat", (view, params) -> ClusterJson.stat(view));
        paths.read("/admin/queryDecommissionToken", (view, params) -> TokenJson.ofNodesets(view));
        paths.read("/admin/queryDiskDecommissionInfoStat", (view, params) -> TokenJson.copies(view, true));
        paths.read("/admin/queryDataNodeDecommissionInfoStat", (view, params) -> TokenJson.copies(view, false));
    }

    private ClusterJson.Group group(List<String> silent) {
        ConsensusStatus status = consensus.status();
        return new ClusterJson.Group(status.clusterId(), status.appliedIndex(), status.leader(), masters, silent);
    }
}
