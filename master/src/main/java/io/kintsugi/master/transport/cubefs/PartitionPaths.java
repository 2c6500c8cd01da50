package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Choice;
import io.kintsugi.master.plan.Destinations;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.BackupService;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.master.transport.Names;
import io.kintsugi.master.view.BackupFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code /dataPartition/…}. */
final class PartitionPaths {
    private final AdminService service;
    private final DrainService drains;
    private final BackupService backups;
    private final DrainVerbs verbs;

    private PartitionPaths(AdminService service) {
        this.service = service;
        this.drains = service.drains();
        this.backups = service.backups();
        this.verbs = new DrainVerbs(service.drains());
    }

    static void mount(Paths paths) {
        PartitionPaths partitions = new PartitionPaths(paths.service());
        paths.read("/dataPartition/get", (view, params) -> PartitionJson.of(view, Find.partition(view, params)));
        paths.read(
                "/dataPartition/diagnose", (view, params) -> Diagnosis.of(view, !params.flag("ignoreDiscard", false)));
        paths.read(
                "/dataPartition/queryDecommissionStatus",
                (view, params) -> PartitionJobJson.of(view, Find.partition(view, params)));
        paths.read(
                "/dataPartition/queryDecommissionStatusUpdateRecords",
                (view, params) -> PartitionJobJson.records(view, Find.partition(view, params)));
        paths.verb("/dataPartition/decommission", partitions::decommission);
        paths.verb(
                "/dataPartition/recoverBackupDataReplica", (view, params, caller) -> partitions.restore(view, params));
        paths.verb("/dataPartition/resetDecommissionStatus", partitions::reset);
        // the mutex is taken and freed with its op, in one command: there is never one left over to be reset
        paths.verb("/admin/resetDataPartitionRestoreStatus", (view, params, caller) -> {
            Find.partition(view, params);
            return CompletableFuture.completedFuture(false);
        });
        paths.verb("/admin/setDpDiscard", partitions::discard);
        paths.read("/admin/getDiscardDp", (view, params) -> new JsonObject()
                .put(
                        "DiscardDps",
                        view.cluster().discards().stream()
                                .flatMap(id -> view.cluster().partition(id).stream())
                                .map(p -> PartitionJson.of(view, p))
                                .toList()));
    }

    private CompletableFuture<?> decommission(View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        String address = params.text("addr");
        Node node = Find.optionalNode(view, address)
                .orElseThrow(
                        () -> CubefsException.parameter("NO_SUCH_NODE: there is no datanode at '" + address + "'"));
        int weight = params.count("weight", Op.DEFAULT_WEIGHT);
        if (params.flag("raftForceDel", false)) {
            return force(view, p, caller);
        }
        Member source = Names.member(view, p, node.name());
        Optional<Op> paused = view.cluster().openMoves(p.id()).stream()
                .filter(op -> op.status() == OpStatus.PAUSED && op.move().source() == source.replica())
                .findFirst();
        Names.Place to = place(view, p, source, params.number("dstNodeSet", 0));
        return verbs.begin(caller, paused, () -> drains.decommissionReplica(caller, p, source, to, weight)
                .thenApply(op -> "op " + op + " moves partition " + p.id() + " away from " + address));
    }

    /** Only where nothing else helps: what serves is moved without losing anything. */
    private CompletableFuture<?> force(View view, Partition p, Caller caller) {
        NotYet.RAFT_FORCE_NEEDLESS.refuseIf(view.served(p));
        return drains.recover(caller, p).thenApply(op -> "op " + op + " recovers partition " + p.id() + " by force");
    }

    /** The newest backup of the partition that the datanode keeps. */
    private CompletableFuture<?> restore(View view, Params params) {
        Partition p = Find.partition(view, params);
        Node node = Find.node(view, params);
        BackupFacts newest = view.reports().backups(node.id()).stream()
                .filter(b -> b.partition() == p.id())
                .max(Comparator.comparingLong(BackupFacts::replica))
                .orElseThrow(() -> CubefsException.refused(
                        "NO_SUCH_BACKUP",
                        "datanode " + node.address() + " keeps no backup of a replica of partition " + p.id()));
        return backups.restore(newest)
                .thenApply(done -> "replica " + newest.replica() + " of partition " + p.id()
                        + " is there again; decommission the partition with raftForceDel=true to go on with it");
    }

    /** The datanode of that nodeset that fits best as of now: the move goes there, or waits for it. 0: wherever it fits best. */
    private static Names.Place place(View view, Partition p, Member source, long nodeset) {
        if (nodeset == 0) {
            return Names.Place.ANY;
        }
        int id = (int) Math.min(nodeset, Integer.MAX_VALUE);
        if (view.cluster().nodeset(id).isEmpty()) {
            throw new CubefsException(Codes.NO_NODESET, "NO_SUCH_NODESET: there is no nodeset " + nodeset);
        }
        return switch (Destinations.inNodeset(view, p, source, id)) {
            case Choice.Chosen<Disk>(Disk disk) -> new Names.Place(disk.node(), 0);
            case Choice.None<Disk>(Reason reason) -> throw CubefsException.refused(reason.code(), reason.message());
        };
    }

    /** Without {@code force} only what no primary serves is given up. */
    private CompletableFuture<?> discard(View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        boolean discarded = params.flag("dpDiscard");
        return service.discard(caller, p, discarded, params.flag("force", false))
                .thenApply(done -> "partition " + p.id() + (discarded ? " is discarded" : " is discarded no more"));
    }

    private CompletableFuture<?> reset(View view, Params params, Caller caller) {
        Partition p = Find.partition(view, params);
        PartitionJob job = PartitionJob.of(view, p);
        if (job.drain() != null) {
            throw CubefsException.refused(
                    "MARKED_BY_DISK",
                    "partition " + p.id() + " is marked because op "
                            + job.drain().id() + " decommissions " + job.drain().target() + ": cancel that, or wait");
        }
        if (job.move() == null) {
            return CompletableFuture.completedFuture("partition " + p.id() + " has nothing to be reset");
        }
        return verbs.reset(caller, job.move());
    }
}
