package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** {@code /dataPartition/diagnose}: the lists of {@code datapartition check}. Partitions of dropped tables are nobody's trouble. */
final class Diagnosis {
    private Diagnosis() {}

    static JsonObject of(View view) {
        if (!view.reports().judging()) {
            throw CubefsException.refused(
                    "NOT_JUDGING", "this leader is new and hasn't heard of enough datanodes yet: ask again shortly");
        }
        List<Partition> all = view.cluster().partitions().values().stream()
                .filter(p -> view.cluster()
                        .table(p.table())
                        .filter(t -> t.state() == TableState.NORMAL)
                        .isPresent())
                .toList();
        return new JsonObject()
                .put(
                        "InactiveDataNodes",
                        view.cluster().nodes().stream()
                                .filter(n -> view.reports().dead(n.id()))
                                .map(Node::address)
                                .toList())
                .put("CorruptDataPartitionIDs", ids(all, p -> !view.served(p)))
                .put("LackReplicaDataPartitionIDs", ids(all, p -> lacks(view, p)))
                .put("RepFileCountDifferDpIDs", List.of())
                .put("RepUsedSizeDifferDpIDs", List.of())
                .put("ExcessReplicaDpIDs", ids(all, p -> p.members().size() > p.target()))
                .put("MissingTinyExtentDpIDs", List.of())
                .put("BadDataPartitionInfos", recovering(view))
                .put("BadReplicaDataPartitionIDs", ids(all, p -> p.all().stream()
                        .anyMatch(view::failed)))
                .put("DiskErrorDataPartitionInfos", new JsonObject().put("DiskErrReplicas", diskErrors(view, all)));
    }

    private static List<Integer> ids(List<Partition> all, Predicate<Partition> which) {
        return all.stream().filter(which).map(Partition::id).toList();
    }

    /** Fewer members than it should have, or fewer that haven't failed. */
    private static boolean lacks(View view, Partition p) {
        return p.members().stream().filter(m -> !view.failed(m)).count() < p.target();
    }

    /** Moves whose copy is under way, by their source. */
    private static Map<String, List<Op>> copying(View view) {
        Map<String, List<Op>> byPath = new TreeMap<>();
        for (Op op : view.cluster().openOps()) {
            if (op.holdsToken() && op.status() == OpStatus.RUNNING) {
                String path = Find.addressOfDisk(view, op.move().sourceDisk()) + ":"
                        + Find.path(view, op.move().sourceDisk());
                byPath.computeIfAbsent(path, k -> new ArrayList<>()).add(op);
            }
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
                .put("RecoverStartTime", GoText.rfc3339(progressed))
                .put("RecoverUpdateTime", GoText.rfc3339(progressed))
                .put("DecommissionType", Words.MANUAL);
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

    /** Replicas on broken disks, by partition. */
    private static JsonObject diskErrors(View view, List<Partition> all) {
        JsonObject byPartition = new JsonObject();
        for (Partition p : all) {
            List<Member> broken =
                    p.members().stream().filter(m -> !view.diskWorks(m.disk())).toList();
            if (!broken.isEmpty()) {
                byPartition.put(
                        Integer.toString(p.id()),
                        broken.stream()
                                .map(m -> new JsonObject()
                                        .put("Addr", Find.address(view, m.node()))
                                        .put("Disk", Find.path(view, m.disk())))
                                .toList());
            }
        }
        return byPartition;
    }
}
