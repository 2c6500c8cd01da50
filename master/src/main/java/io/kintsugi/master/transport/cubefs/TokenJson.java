package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who holds tokens, and who waits for them. Every number is of the source's nodeset. */
final class TokenJson {
    private TokenJson() {}

    static List<JsonObject> ofNodesets(View view) {
        return view.cluster().nodesets().stream().map(n -> of(view, n)).toList();
    }

    private static JsonObject of(View view, Nodeset nodeset) {
        List<Op> drains = view.cluster().openDrains().stream()
                .filter(op -> MoveAdmission.nodesetOf(view, op.disk()) == nodeset.id())
                .toList();
        List<Op> automatic = drains.stream().filter(Op::automatic).toList();
        List<Op> manual = drains.stream().filter(op -> !op.automatic()).toList();
        List<Integer> running = view.cluster().movesOfNodeset(nodeset.id()).stream()
                .map(move -> move.move().partition())
                .toList();
        return new JsonObject()
                .put("NodesetID", nodeset.id())
                .put("CurTokenNum", running.size())
                .put("MaxTokenNum", view.setting(Setting.DECOMMISSION_DP_LIMIT))
                .put("RunningDp", running)
                .put("TotalDP", running.size() + waiting(view, nodeset, drains))
                .put("ManualDecommissionDisk", names(view, manual))
                .put("ManualDecommissionDiskTotal", manual.size())
                .put("AutoDecommissionDisk", names(view, automatic))
                .put("AutoDecommissionDiskTotal", automatic.size())
                .put("MaxDiskTokenNum", view.setting(Setting.DECOMMISSION_DISK_LIMIT))
                .put(
                        "RunningDisk",
                        names(
                                view,
                                drains.stream()
                                        .filter(op -> op.status() == OpStatus.RUNNING)
                                        .toList()));
    }

    /** Marked, by an operator or by being on a disk that is drained; a replica counts once. */
    private static int waiting(View view, Nodeset nodeset, List<Op> drains) {
        int ofDrains = drains.stream()
                .mapToInt(op -> DrainParts.waiting(view, op).size())
                .sum();
        long alone = view.cluster().markedMoves().stream()
                .filter(op -> op.parent() == 0 && op.move().nodeset() == nodeset.id())
                .count();
        return ofDrains + (int) alone;
    }

    private static List<String> names(View view, List<Op> drains) {
        return drains.stream().map(op -> disk(view, op.disk())).toList();
    }

    /** {@code address_path}. */
    static String disk(View view, int disk) {
        return Find.addressOfDisk(view, disk) + "_" + Find.path(view, disk);
    }

    /** How many running copies read from and write to each disk, or each datanode; the busiest first. */
    static List<JsonObject> copies(View view, boolean byDisk) {
        Map<String, Set<Integer>> from = new TreeMap<>();
        Map<String, Set<Integer>> to = new TreeMap<>();
        for (Op op : view.cluster().openOps()) {
            if (op.holdsToken() && op.status() == OpStatus.RUNNING) {
                int partition = op.move().partition();
                from.computeIfAbsent(key(view, op.move().sourceDisk(), byDisk), k -> new TreeSet<>())
                        .add(partition);
                to.computeIfAbsent(key(view, op.move().destinationDisk(), byDisk), k -> new TreeSet<>())
                        .add(partition);
            }
        }
        Set<String> keys = new TreeSet<>(from.keySet());
        keys.addAll(to.keySet());
        List<JsonObject> rows = new ArrayList<>();
        for (String key : keys) {
            Set<Integer> source = from.getOrDefault(key, Set.of());
            Set<Integer> target = to.getOrDefault(key, Set.of());
            rows.add(new JsonObject()
                    .put("Key", key)
                    .put("RepairSourceDp", List.copyOf(new TreeSet<>(source)))
                    .put("RepairTargetDp", List.copyOf(new TreeSet<>(target)))
                    .put("RunningDpNum", source.size() + target.size()));
        }
        rows.sort((a, b) -> b.getInteger("RunningDpNum") - a.getInteger("RunningDpNum"));
        return rows;
    }

    private static String key(View view, int disk, boolean byDisk) {
        return byDisk ? disk(view, disk) : Find.addressOfDisk(view, disk);
    }
}
