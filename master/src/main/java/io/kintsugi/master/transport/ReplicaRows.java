package io.kintsugi.master.transport;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Copied;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Replicas as the API shows them: what the configuration says of them, and what their datanodes last reported. */
final class ReplicaRows {
    private ReplicaRows() {}

    /** One on a disk; {@code id} is the partition's. {@code state} is {@code unknown} before its datanode has reported it. */
    record OnDisk(String partition, int id, String state, boolean primary, boolean inSync, long bytes, Long op) {}

    /** One of a partition. */
    record OfPartition(
            long replica,
            String node,
            String path,
            String kind,
            String role,
            String state,
            boolean inSync,
            boolean alive,
            long epoch,
            long lastIndex,
            long bytes,
            long seedDoneBytes,
            long seedTotalBytes,
            String detail) {}

    static List<OnDisk> ofDisk(View view, Disk disk) {
        return view.cluster().partitionsOnDisk(disk.id()).stream()
                .flatMap(id -> view.cluster().partition(id).stream())
                .map(p -> onDisk(view, p, p.onDisk(disk.id()).orElseThrow()))
                .toList();
    }

    private static OnDisk onDisk(View view, Partition p, Member m) {
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        Long op = view.cluster().openMoves(p.id()).stream()
                .filter(o -> o.move().source() == m.replica() || o.move().destination() == m.replica())
                .map(o -> o.id())
                .findFirst()
                .orElse(null);
        return new OnDisk(
                view.partitionName(p),
                p.id(),
                state(facts),
                p.primary() == m.replica(),
                p.isInSync(m.replica()),
                facts.map(ReplicaFacts::bytes).orElse(0L),
                op);
    }

    static List<OfPartition> ofPartition(View view, Partition p) {
        return p.all().stream().map(m -> ofPartition(view, p, m)).toList();
    }

    private static OfPartition ofPartition(View view, Partition p, Member m) {
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        Copied copied = view.reports().copied(m.replica()).orElse(new Copied(0, 0));
        boolean joins = p.joining() != null && p.joining().replica() == m.replica();
        return new OfPartition(
                m.replica(),
                view.nodeName(m.node()),
                view.cluster().disk(m.disk()).map(Disk::path).orElse(""),
                joins ? "joining" : p.leaving() == m.replica() ? "leaving" : "member",
                facts.map(f -> f.role().name().toLowerCase(Locale.ROOT)).orElse("none"),
                state(facts),
                p.isInSync(m.replica()),
                view.reports().alive(m.node()),
                facts.map(ReplicaFacts::epoch).orElse(0L),
                facts.map(ReplicaFacts::lastIndex).orElse(0L),
                facts.map(ReplicaFacts::bytes).orElse(0L),
                copied.done(),
                copied.total(),
                facts.map(ReplicaFacts::detail).orElse(""));
    }

    private static String state(Optional<ReplicaFacts> facts) {
        return facts.map(f -> f.state().name().toLowerCase(Locale.ROOT)).orElse("unknown");
    }
}
