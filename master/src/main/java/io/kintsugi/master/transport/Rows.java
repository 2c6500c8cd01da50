package io.kintsugi.master.transport;

import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.model.Trouble;
import io.kintsugi.master.plan.AutoDecommission;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The API's resources, with field names as they stand in JSON, and how they are made of a view. */
final class Rows {
    private Rows() {}

    /**
     * {@code status}: Normal, Decommissioning or Decommissioned; or Offline when it is dead, or Unknown before the leader may judge.
     * {@code op}: what drains it or has drained it. {@code ageMs}: how long it has been alive, or dead, as this leader knows.
     */
    record NodeRow(
            String node,
            int id,
            String zone,
            String nodeset,
            String address,
            String httpAddress,
            String status,
            boolean alive,
            int disks,
            int replicas,
            int primaries,
            String drain,
            Long op,
            long ageMs) {}

    /**
     * {@code errorPartitions}: by name those whose work met an error, "probe" for the probe and the disk as a whole. {@code recovery}: Running,
     * Failed or Done, of the one asked for last. {@code auto}: when it is decommissioned by itself, or why it isn't.
     */
    record DiskRow(
            String node,
            String path,
            String status,
            int replicas,
            long usedBytes,
            long totalBytes,
            int id,
            Long op,
            String error,
            String suspect,
            String firstErrorAt,
            String unavailableSince,
            List<String> errorPartitions,
            String recovery,
            String recoveryError,
            String auto) {}

    /** {@code waiting}: partitions whose primary doesn't serve yet, a few of them by name. */
    record TableRow(
            String name,
            int id,
            int partitions,
            int replicas,
            int minInSync,
            String hash,
            String state,
            String createdAt,
            boolean healthy,
            List<String> waiting,
            String owner,
            long capacityGb,
            long ttlMs,
            String compression) {}

    record BrakeRow(boolean engaged, String since, String reason, String message, String releasedAt) {}

    record MemberRow(long replica, String node, String disk) {}

    /**
     * {@code records}: live ones by the primary's last report, roughly; null: it didn't say. {@code served}: the primary has said that it serves
     * the newest epoch. {@code tableId}: a dropped table's name may be another's by now.
     */
    record PartitionRow(
            int id,
            String table,
            int index,
            long epoch,
            String primary,
            List<MemberRow> members,
            List<String> inSync,
            String joining,
            String leaving,
            int target,
            Long records,
            long bytes,
            int tableId,
            boolean served) {}

    static NodeRow node(View view, Node n) {
        List<Disk> disks = view.cluster().disksOfNode(n.id()).stream()
                .filter(Disk::present)
                .toList();
        int replicas = view.cluster().disksOfNode(n.id()).stream()
                .mapToInt(d -> view.cluster().partitionsOnDisk(d.id()).size())
                .sum();
        String status =
                switch (view.reports().liveness(n.id())) {
                    case ALIVE ->
                        switch (n.drain()) {
                            case NONE -> "Normal";
                            case DRAINING -> "Decommissioning";
                            case DRAINED -> "Decommissioned";
                        };
                    case DEAD -> "Offline";
                    case UNKNOWN -> "Unknown";
                };
        return new NodeRow(
                n.name(),
                n.id(),
                n.zone(),
                view.cluster().nodeset(n.nodeset()).map(Nodeset::name).orElse(""),
                n.address(),
                n.httpAddress(),
                status,
                view.reports().alive(n.id()),
                disks.size(),
                replicas,
                view.reports().primaries(n.id()),
                switch (n.drain()) {
                    case NONE -> "None";
                    case DRAINING -> "Draining";
                    case DRAINED -> "Drained";
                },
                n.drainOp() == 0 ? null : n.drainOp(),
                view.reports()
                        .node(n.id())
                        .map(f -> (view.nowNanos() - f.sinceNanos()) / 1_000_000)
                        .orElse(0L));
    }

    /** Disks that were replaced or removed are shown as long as something is still named to be on them. */
    static boolean shown(View view, Disk d) {
        return d.present() || !view.cluster().partitionsOnDisk(d.id()).isEmpty();
    }

    static DiskRow disk(View view, Disk d) {
        Optional<DiskFacts> facts = view.reports().disk(d.id());
        String error = d.error().isEmpty() ? facts.map(DiskFacts::error).orElse("") : d.error();
        return new DiskRow(
                view.nodeName(d.node()),
                d.path(),
                diskStatus(view, d, facts),
                view.cluster().partitionsOnDisk(d.id()).size(),
                facts.map(DiskFacts::usedBytes).orElse(0L),
                facts.map(DiskFacts::totalBytes).orElse(0L),
                d.id(),
                d.drainOp() == 0 ? null : d.drainOp(),
                error,
                facts.map(DiskFacts::suspect).orElse(""),
                time(facts.map(DiskFacts::firstErrorMs).orElse(0L)),
                time(d.unavailableSince()),
                facts.map(f -> errorPartitions(view, f)).orElse(List.of()),
                recovery(d.trouble()),
                d.trouble().recoveryError(),
                AutoDecommission.of(view, d).map(a -> a.text(view)).orElse(""));
    }

    private static List<String> errorPartitions(View view, DiskFacts facts) {
        return facts.errorPartitions().stream()
                .map(id -> id == 0
                        ? "probe"
                        : view.cluster().partition(id).map(view::partitionName).orElse("partition " + id))
                .toList();
    }

    private static String recovery(Trouble trouble) {
        if (trouble.recovery() == 0) {
            return "";
        }
        return trouble.recovering() ? "Running" : trouble.recoveryError().isEmpty() ? "Done" : "Failed";
    }

    /** By the state: what verbs go by is shown. A report that is to become a fact of it in a moment is told by the row's error alone. */
    private static String diskStatus(View view, Disk d, Optional<DiskFacts> facts) {
        if (d.drain() == DrainState.DRAINING) {
            return "Decommissioning";
        }
        if (d.drain() == DrainState.DRAINED) {
            return "Decommissioned";
        }
        if (d.status() == DiskStatus.REMOVED) {
            return "Removed";
        }
        if (d.status() != DiskStatus.NORMAL) {
            return "Unavailable";
        }
        if (view.reports().dead(d.node())) {
            return "Offline";
        }
        return facts.filter(f -> f.health() == DiskFacts.Health.FULL).isPresent() ? "Full" : "Normal";
    }

    static TableRow table(View view, Table t) {
        List<Partition> partitions = List.copyOf(view.cluster().partitionsOfTable(t.id()));
        List<String> waiting = partitions.stream()
                .filter(p -> !view.served(p))
                .limit(10)
                .map(view::partitionName)
                .toList();
        boolean healthy = waiting.isEmpty() && partitions.stream().noneMatch(Rows::underReplicated);
        return new TableRow(
                t.name(),
                t.id(),
                t.partitions(),
                t.replicas(),
                t.minInSync(),
                t.hash(),
                t.state() == TableState.NORMAL ? "Normal" : "Dropped",
                time(t.createdAt()),
                healthy,
                waiting,
                t.owner(),
                t.capacityGb(),
                t.ttlMs(),
                "none");
    }

    /** Fewer in-sync replicas than it should have. */
    static boolean underReplicated(Partition p) {
        return p.inSync().size() < p.target();
    }

    static PartitionRow partition(View view, Partition p) {
        return new PartitionRow(
                p.id(),
                view.cluster().table(p.table()).map(Table::name).orElse(""),
                p.index(),
                p.epoch(),
                place(view, p, p.primary()),
                p.members().stream()
                        .map(m -> new MemberRow(m.replica(), view.nodeName(m.node()), path(view, m)))
                        .toList(),
                p.inSync().stream().map(r -> place(view, p, r)).toList(),
                p.joining() == null ? null : view.diskName(p.joining().disk()),
                place(view, p, p.leaving()),
                p.target(),
                view.records(p) == ReplicaFacts.UNKNOWN ? null : view.records(p),
                view.bytes(p),
                p.table(),
                view.served(p));
    }

    private static String path(View view, Member m) {
        return view.cluster().disk(m.disk()).map(Disk::path).orElse("");
    }

    /** {@code node:path} of a replica, null for none. */
    private static String place(View view, Partition p, long replica) {
        return p.member(replica).map(m -> view.diskName(m.disk())).orElse(null);
    }

    static BrakeRow brake(Brake b) {
        return new BrakeRow(b.engaged(), time(b.since()), b.reason(), b.message(), time(b.releasedAt()));
    }

    /** ISO-8601 in UTC; null for never. */
    static String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
