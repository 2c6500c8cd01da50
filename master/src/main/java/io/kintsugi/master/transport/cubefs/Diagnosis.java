package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.plan.PartitionCheck;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@code /dataPartition/diagnose}: the lists of {@code datapartition check}, which are those of {@link PartitionCheck}. */
final class Diagnosis {
    /** As the original says it: leaderless for so long. */
    private static final Duration WITHOUT_PRIMARY = Duration.ofSeconds(10);

    private Diagnosis() {}

    /** @param discarded whether partitions whose data is given up are listed too */
    static JsonObject of(View view, boolean discarded) {
        PartitionCheck check = PartitionCheck.of(view, discarded);
        if (!check.judging()) {
            throw CubefsException.refused(
                    "NOT_JUDGING", "this leader is new and hasn't heard of enough datanodes yet: ask again shortly");
        }
        return new JsonObject()
                .put("InactiveDataNodes", deadNodes(view, check))
                .put("CorruptDataPartitionIDs", corrupt(view, check))
                .put("LackReplicaDataPartitionIDs", ids(check, PartitionCheck.LACKING_REPLICAS))
                .put("RepFileCountDifferDpIDs", ids(check, PartitionCheck.RECORDS_DIFFER))
                .put("RepUsedSizeDifferDpIDs", ids(check, PartitionCheck.SIZES_DIFFER))
                .put("ExcessReplicaDpIDs", ids(check, PartitionCheck.EXCESS_REPLICAS))
                .put("MissingTinyExtentDpIDs", List.of())
                .put("BadDataPartitionInfos", recovering(view))
                .put("BadReplicaDataPartitionIDs", ids(check, PartitionCheck.FAILED_REPLICAS))
                .put("DiskErrorDataPartitionInfos", new JsonObject().put("DiskErrReplicas", diskErrors(view, check)));
    }

    private static List<Integer> ids(PartitionCheck check, String list) {
        return check.of(list).stream().map(PartitionCheck.Entry::id).toList();
    }

    /** A partition whose primary goes over to another for a moment isn't listed: only one that none has served for long. */
    private static List<Integer> corrupt(View view, PartitionCheck check) {
        return ids(check, PartitionCheck.WITHOUT_PRIMARY).stream()
                .filter(id -> {
                    OptionalLong since = view.reports().unservedSince(id);
                    return since.isPresent() && view.nowNanos() - since.getAsLong() > WITHOUT_PRIMARY.toNanos();
                })
                .toList();
    }

    private static List<String> deadNodes(View view, PartitionCheck check) {
        return check.of(PartitionCheck.DEAD_DATANODES).stream()
                .flatMap(e -> view.cluster().node(e.id()).map(Node::address).stream())
                .toList();
    }

    /** By the source of the move. */
    private static Map<String, List<Op>> copying(View view) {
        Map<String, List<Op>> byPath = new TreeMap<>();
        for (Op op : PartitionCheck.copying(view)) {
            int source = op.move().sourceDisk();
            byPath.computeIfAbsent(
                            Find.addressOfDisk(view, source) + ":" + Find.path(view, source), k -> new ArrayList<>())
                    .add(op);
        }
        return byPath;
    }

    private static List<JsonObject> recovering(View view) {
        List<JsonObject> rows = new ArrayList<>();
        copying(view)
                .forEach((path, moves) -> rows.add(new JsonObject()
                        .put("Path", path)
                        .put(
                                "PartitionInfos",
                                moves.stream().map(op -> info(view, op)).toList())));
        return rows;
    }

    private static JsonObject info(View view, Op op) {
        int id = op.move().partition();
        long destination = op.move().destination();
        double progress = view.cluster()
                .partition(id)
                .flatMap(p -> p.member(destination).map(m -> ReplicaJson.progress(view, p, m)))
                .orElse(1.0);
        long progressed = Moments.progressed(view, destination);
        return new JsonObject()
                .put("PartitionID", id)
                .put("DecommissionRepairProgress", progress)
                .put("RecoverStartTime", GoText.rfc3339(Moments.began(view, destination)))
                .put("RecoverUpdateTime", GoText.rfc3339(progressed))
                .put("DecommissionType", Words.typeNumber(view, op));
    }

    /** The same by id alone, as {@code /admin/getCluster} lists them. */
    static List<JsonObject> recoveringIds(View view) {
        List<JsonObject> rows = new ArrayList<>();
        copying(view)
                .forEach((path, moves) -> rows.add(new JsonObject()
                        .put("Path", path)
                        .put(
                                "PartitionIDs",
                                moves.stream().map(op -> op.move().partition()).toList())));
        return rows;
    }

    /** By partition. */
    private static JsonObject diskErrors(View view, PartitionCheck check) {
        JsonObject byPartition = new JsonObject();
        for (int id : ids(check, PartitionCheck.DISK_ERRORS)) {
            byPartition.put(
                    Integer.toString(id),
                    PartitionCheck.onBrokenDisks(
                                    view, view.cluster().partition(id).orElseThrow())
                            .stream()
                            .map(m -> new JsonObject()
                                    .put("Addr", Find.address(view, m.node()))
                                    .put("Disk", Find.path(view, m.disk())))
                            .toList());
        }
        return byPartition;
    }
}
