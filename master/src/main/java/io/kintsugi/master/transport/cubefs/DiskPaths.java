package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.ApiException;
import io.kintsugi.master.transport.DrainService;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code /disk/…}. */
final class DiskPaths {
    private static final Set<OpStatus> GOES_ON_OR_FAILED =
            EnumSet.of(OpStatus.MARKED, OpStatus.RUNNING, OpStatus.PAUSED, OpStatus.FAILED);

    private final DrainService drains;
    private final DrainVerbs verbs;

    private DiskPaths(DrainService drains) {
        this.drains = drains;
        this.verbs = new DrainVerbs(drains);
    }

    static void mount(Paths paths) {
        DiskPaths disks = new DiskPaths(paths.service().drains());
        paths.read(
                "/disk/queryDisks",
                (view, params) -> DiskJson.list(
                        view, params.has("addr") ? Optional.of(Find.node(view, params)) : Optional.empty()));
        paths.read("/disk/detail", (view, params) -> DiskJson.of(view, Find.disk(view, params)));
        paths.read("/client/disk/partitions", (view, params) -> new JsonObject()
                .put("DataPartitions", ReplicaJson.reports(view, Find.disk(view, params))));
        paths.read("/disk/queryBadDisks", (view, params) -> DiskJson.bad(view));
        paths.read("/disk/queryDecommissionProgress", DiskPaths::progress);
        paths.read("/disk/queryDecommissionFailedDps", DiskPaths::failed);
        paths.read("/disk/queryAllDecommissionDisk", DiskPaths::all);
        paths.read("/admin/queryDecommissionFailedDisk", (view, params) -> failedDisks(view));
        paths.verb("/disk/decommission", disks::decommission);
        paths.verb(
                "/disk/cancelDecommission", (view, params, caller) -> disks.verbs.cancel(caller, open(view, params)));
        paths.verb("/disk/pauseDecommission", (view, params, caller) -> disks.verbs.pause(caller, open(view, params)));
        paths.verb(
                "/disk/deleteDecommissionDiskRecord",
                (view, params, caller) ->
                        disks.verbs.acknowledge(caller, job(view, params).orElseThrow(DiskPaths::noJob)));
        paths.verb("/disk/recoverBadDisk", (view, params, caller) -> {
            Disk disk = Find.disk(view, params);
            return disks.drains.recoverDisk(caller, disk).thenApply(n -> "disk " + disk.path() + " is being recovered");
        });
        paths.read("/disk/queryBadDiskRecoverProgress", (view, params) -> DiskJson.recovery(view, named(view, params)));
        paths.verb("/disk/restoreStoppedAutoDecommissionDisk", (view, params, caller) -> {
            Disk disk = Find.disk(view, params);
            return disks.drains
                    .resumeAutoDecommission(caller, disk)
                    .thenApply(n -> "disk " + disk.path() + " is decommissioned by itself again");
        });
        paths.verb("/disk/recommission", (view, params, caller) -> {
            Disk disk = Find.disk(view, params);
            return disks.drains
                    .recommissionDisk(caller, view.nodeName(disk.node()), disk.path())
                    .thenApply(id -> "disk " + disk.path() + " takes replicas again");
        });
    }

    /** Here an unknown disk is a bad parameter, as in the original. */
    private static Disk named(View view, Params params) {
        try {
            return Find.disk(view, params);
        } catch (ApiException e) {
            throw CubefsException.parameter(e.reason() + ": " + e.getMessage());
        }
    }

    private static Optional<Op> job(View view, Params params) {
        return Jobs.ofDisk(view, named(view, params));
    }

    private static Op open(View view, Params params) {
        return job(view, params).filter(op -> !op.ended()).orElseThrow(DiskPaths::noJob);
    }

    private static CubefsException noJob() {
        return CubefsException.parameter("NO_DECOMMISSION: the disk isn't being decommissioned");
    }

    private static JsonObject progress(View view, Params params) {
        Disk disk = named(view, params);
        Optional<Op> job = Jobs.ofDisk(view, disk);
        if (job.isEmpty() && disk.drain() == DrainState.NONE) {
            return DrainJson.initial();
        }
        Op op = job.orElseThrow(() -> CubefsException.parameter(
                "NO_RECORD: the disk is decommissioned, and how that went isn't kept any more"));
        return DrainJson.ofDisk(view, op, Survey.of(view));
    }

    private static List<Integer> failed(View view, Params params) {
        Op op = job(view, params).orElseThrow(DiskPaths::noJob);
        return DrainParts.of(view, List.of(op)).failed().stream()
                .map(DrainParts.Note::partition)
                .toList();
    }

    private static JsonObject all(View view, Params params) {
        boolean showAll = params.flag("showAll", false);
        Survey survey = Survey.of(view);
        return new JsonObject()
                .put(
                        "Infos",
                        Jobs.ofDisks(view).stream()
                                .filter(op -> showAll || GOES_ON_OR_FAILED.contains(op.status()))
                                .map(op -> new JsonObject()
                                        .put("SrcAddr", Find.addressOfDisk(view, op.disk()))
                                        .put("DiskPath", Find.path(view, op.disk()))
                                        .put("ProgressInfo", DrainJson.ofDisk(view, op, survey)))
                                .toList());
    }

    private static List<JsonObject> failedDisks(View view) {
        return Jobs.ofDisks(view).stream()
                .filter(op -> op.status() == OpStatus.FAILED)
                .map(op -> new JsonObject()
                        .put("SrcAddr", Find.addressOfDisk(view, op.disk()))
                        .put("DiskPath", Find.path(view, op.disk()))
                        .put("DecommissionRaftForce", false)
                        .put("DecommissionTimes", 1)
                        .put("DecommissionDpTotal", op.progress().partitions())
                        .put("DecommissionWeight", op.weight())
                        .put("IsAutoDecommission", op.automatic()))
                .toList();
    }

    private CompletableFuture<?> decommission(View view, Params params, Caller caller) {
        Disk disk = Find.disk(view, params);
        int weight = params.count("weight", Op.DEFAULT_WEIGHT);
        NotYet.RAFT_FORCE_NEEDLESS.refuseIf(params.flag("raftForceDel", false));
        NotYet.DECOMMISSION_COUNT_NOT_YET.refuseIf(params.number("count", 0) != 0);
        NotYet.DISK_DISABLE_NOT_YET.refuseIf(!params.flag("diskDisable", true));
        return verbs.begin(caller, view.cluster().op(disk.drainOp()), () -> drains.decommissionDisk(
                        caller, view.nodeName(disk.node()), disk.path(), weight)
                .thenApply(op -> "op " + op + " decommissions " + view.diskName(disk)));
    }
}
