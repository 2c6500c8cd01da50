package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Trouble;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Disks. One that was replaced or removed isn't shown. */
final class DiskJson {
    private DiskJson() {}

    static List<Disk> present(View view, Node node) {
        return view.cluster().disksOfNode(node.id()).stream()
                .filter(Disk::present)
                .sorted(Comparator.comparing(Disk::path))
                .toList();
    }

    static List<String> paths(List<Disk> disks) {
        return disks.stream().map(Disk::path).toList();
    }

    static JsonObject of(View view, Disk d) {
        Optional<DiskFacts> facts = view.reports().disk(d.id());
        return new JsonObject()
                .put("NodeId", d.node())
                .put("Address", Find.address(view, d.node()))
                .put("Path", d.path())
                .put("Status", Status.of(view, d).text())
                .put("Total", facts.map(DiskFacts::totalBytes).orElse(0L))
                .put("Used", facts.map(DiskFacts::usedBytes).orElse(0L))
                .put("Available", facts.map(DiskFacts::freeBytes).orElse(0L))
                .put("IOUtil", 0.0)
                .put(
                        "TotalPartitionCnt",
                        view.cluster().partitionsOnDisk(d.id()).size())
                .put("DiskErrPartitionList", withErrors(view, d));
    }

    /** Of one datanode, or of all. */
    static JsonObject list(View view, Optional<Node> node) {
        List<Node> nodes =
                node.map(List::of).orElseGet(() -> List.copyOf(view.cluster().nodes()));
        return new JsonObject()
                .put(
                        "Disks",
                        nodes.stream()
                                .flatMap(n -> present(view, n).stream())
                                .map(d -> of(view, d))
                                .toList());
    }

    /** Under the name that the original's command line reads, and the one that its newest master sends. */
    static JsonObject bad(View view) {
        List<JsonObject> rows = view.cluster().nodes().stream()
                .flatMap(n -> present(view, n).stream())
                .filter(d -> !view.diskWorks(d.id()) || !withErrors(view, d).isEmpty())
                .map(d -> new JsonObject()
                        .put("Address", Find.address(view, d.node()))
                        .put("Path", d.path())
                        .put(
                                "TotalPartitionCnt",
                                view.cluster().partitionsOnDisk(d.id()).size())
                        .put("DiskErrPartitionList", withErrors(view, d)))
                .toList();
        return new JsonObject().put("BadDisks", rows).put("Disks", rows);
    }

    /**
     * How the recovery that was asked for last goes: what is still bad, of all partitions on the disk. {@code Message} is ours: why it
     * failed, and since when.
     */
    static JsonObject recovery(View view, Disk d) {
        Trouble trouble = d.trouble();
        boolean works = view.diskWorks(d.id());
        List<Integer> bad = works ? List.of() : withErrors(view, d);
        return new JsonObject()
                .put(
                        "TotalPartitionsNum",
                        view.cluster().partitionsOnDisk(d.id()).size())
                .put("BadDataPartitions", bad)
                .put("BadDataPartitionsNum", bad.size())
                .put(
                        "Status",
                        trouble.recovering()
                                ? Status.RECOVERING.text()
                                : Status.of(view, d).text())
                .put("Message", works ? "" : trouble.recoveryError());
    }

    /** Partitions whose work met an error of the disk, or whose replica there was reported broken; 0 is the probe's. */
    private static List<Integer> withErrors(View view, Disk d) {
        Set<Integer> all = new TreeSet<>(broken(view, d));
        view.reports().disk(d.id()).map(DiskFacts::errorPartitions).ifPresent(all::addAll);
        return List.copyOf(all);
    }

    /** Partitions whose replica there was reported broken. */
    private static List<Integer> broken(View view, Disk d) {
        return view.cluster().partitionsOnDisk(d.id()).stream()
                .filter(id -> view.cluster()
                        .partition(id)
                        .flatMap(p -> p.onDisk(d.id()))
                        .flatMap(m -> view.reports().replica(m.replica()))
                        .filter(ReplicaFacts::broken)
                        .isPresent())
                .toList();
    }

    /** Disks that take nothing because they are drained, or are being ({@code emptyOnly}: that are). */
    static JsonObject drained(View view, Node node, boolean emptyOnly) {
        return new JsonObject().put("Node", node.address()).put("Disks", drainedPaths(view, node, emptyOnly));
    }

    static List<String> drainedPaths(View view, Node node, boolean emptyOnly) {
        return paths(present(view, node).stream()
                .filter(d -> d.drain() == DrainState.DRAINED || !emptyOnly && d.drain() == DrainState.DRAINING)
                .toList());
    }
}
