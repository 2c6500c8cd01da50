package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Room on disks, by what their datanodes reported; bytes.
 *
 * @param available less than what is missing to the total where a file system keeps a reserve
 */
record Space(long total, long used, long available) {
    private static final double GB = 1L << 30;
    static final Space NONE = new Space(0, 0, 0);

    static Space ofDisks(View view, Collection<Disk> disks) {
        List<DiskFacts> facts = disks.stream()
                .map(d -> view.reports().disk(d.id()))
                .flatMap(Optional::stream)
                .toList();
        return new Space(
                facts.stream().mapToLong(DiskFacts::totalBytes).sum(),
                facts.stream().mapToLong(DiskFacts::usedBytes).sum(),
                facts.stream().mapToLong(DiskFacts::freeBytes).sum());
    }

    static Space ofNodes(View view, Collection<Node> nodes) {
        return ofDisks(
                view,
                nodes.stream().flatMap(n -> DiskJson.present(view, n).stream()).toList());
    }

    /** 0 to 1. */
    double ratio() {
        return total == 0 ? 0 : (double) used / total;
    }

    /** In whole GB, as of all datanodes or all metanodes. */
    JsonObject stat() {
        return new JsonObject()
                .put("TotalGB", (long) (total / GB))
                .put("UsedGB", (long) (used / GB))
                .put("IncreasedGB", 0)
                .put("UsedRatio", String.format(Locale.ROOT, "%.3f", ratio()))
                .put("AvailGB", (long) (available / GB));
    }

    /** In GB, as of a zone's datanodes or metanodes. */
    JsonObject zoneStat(int nodes, int writable) {
        return new JsonObject()
                .put("TotalGB", rounded(total / GB))
                .put("UsedGB", rounded(used / GB))
                .put("AvailGB", rounded(available / GB))
                .put("UsedRatio", rounded(ratio()))
                .put("TotalNodes", nodes)
                .put("WritableNodes", writable);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
