package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What isn't as it should be with partitions, in nine lists, and of each why and what is done about it. As the API shows it. A partition
 * may be in several of them. Partitions of dropped tables are nobody's trouble.
 *
 * @param ok nothing is listed but moves, and the leader has heard enough to say so
 * @param judging false while the leader is new and hasn't heard of enough datanodes: then what is listed may just not have reported yet
 */
public record PartitionCheck(boolean ok, boolean judging, List<Listing> lists) {
    public static final String DEAD_DATANODES = "dead-datanodes";
    public static final String WITHOUT_PRIMARY = "without-primary";
    public static final String LACKING_REPLICAS = "lacking-replicas";
    public static final String MOVING = "moving";
    public static final String FAILED_REPLICAS = "failed-replicas";
    public static final String RECORDS_DIFFER = "records-differ";
    public static final String SIZES_DIFFER = "sizes-differ";
    public static final String EXCESS_REPLICAS = "excess-replicas";
    public static final String DISK_ERRORS = "disk-errors";

    /**
     * One of the lists.
     *
     * @param title for people
     * @param built false: nothing looks for this yet, so that it is empty says nothing
     */
    public record Listing(String list, String title, boolean built, List<Entry> entries) {}

    /**
     * A partition or a datanode that is listed.
     *
     * @param id the partition's or datanode's
     * @param members where the partition's replicas are, {@code node:path}; none of a datanode
     * @param op the move, or null
     * @param findings why, and what is done or can be done
     */
    public record Entry(String subject, int id, List<String> members, Long op, List<Finding> findings) {}

    /** Without partitions whose data is given up. */
    public static PartitionCheck of(View view) {
        return of(view, false);
    }

    /** @param discarded whether partitions whose data is given up are listed too */
    public static PartitionCheck of(View view, boolean discarded) {
        List<Partition> all = (discarded ? Health.all(view) : Health.partitions(view)).toList();
        List<Listing> lists = List.of(
                new Listing(DEAD_DATANODES, "Datanodes that are dead", true, deadNodes(view)),
                partitions(view, all, WITHOUT_PRIMARY, "Partitions without a primary", p -> !view.served(p)),
                partitions(view, all, LACKING_REPLICAS, "Partitions that lack replicas", p -> lacks(view, p)),
                new Listing(MOVING, "Partitions on the move", true, moving(view)),
                partitions(view, all, FAILED_REPLICAS, "Partitions with failed replicas", p -> p.all().stream()
                        .anyMatch(view::failed)),
                partitions(
                        view,
                        all,
                        RECORDS_DIFFER,
                        "Partitions whose replicas differ in records",
                        p -> differ(view, p, Comparison::recordsDiffer)),
                partitions(
                        view,
                        all,
                        SIZES_DIFFER,
                        "Partitions whose replicas differ in size",
                        p -> differ(view, p, Comparison::sizesDiffer)),
                partitions(
                        view,
                        all,
                        EXCESS_REPLICAS,
                        "Partitions with more replicas than they should have",
                        p -> p.members().size() > p.target()),
                partitions(
                        view, all, DISK_ERRORS, "Partitions with replicas on broken disks", p -> !onBrokenDisks(view, p)
                                .isEmpty()));
        boolean well = lists.stream().filter(l -> !l.list().equals(MOVING)).allMatch(l -> l.entries()
                .isEmpty());
        return new PartitionCheck(
                well && view.reports().judging(), view.reports().judging(), lists);
    }

    /** The entries of one list. */
    public List<Entry> of(String list) {
        return lists.stream()
                .filter(l -> l.list().equals(list))
                .findFirst()
                .orElseThrow()
                .entries();
    }

    private static boolean differ(View view, Partition p, Predicate<Comparison> how) {
        return Comparison.of(view, p).filter(how).isPresent();
    }

    /** Fewer members than it should have, or fewer that haven't failed. A joining replica doesn't count: it isn't one yet. */
    private static boolean lacks(View view, Partition p) {
        return p.members().stream().filter(m -> !view.failed(m)).count() < p.target();
    }

    /** Members whose disk is broken or gone. */
    public static List<Member> onBrokenDisks(View view, Partition p) {
        return p.members().stream().filter(m -> !view.diskWorks(m.disk())).toList();
    }

    /** Moves whose copy is under way, or whose source is being deleted; oldest first. */
    public static List<Op> copying(View view) {
        return view.cluster().openOps().stream()
                .filter(op -> op.holdsToken() && op.status() == OpStatus.RUNNING)
                .toList();
    }

    private static Listing partitions(
            View view, List<Partition> all, String list, String title, Predicate<Partition> which) {
        return new Listing(
                list,
                title,
                true,
                all.stream().filter(which).map(p -> entry(view, p, null)).toList());
    }

    private static Entry entry(View view, Partition p, Op move) {
        List<Finding> findings = move == null
                ? ExplainPartition.of(view, p).findings().stream()
                        .filter(f -> !f.level().equals(Finding.OK))
                        .toList()
                : Survey.ofMove(view, move).map(r -> Finding.of(r, "", move.id())).stream()
                        .toList();
        return new Entry(
                view.partitionName(p),
                p.id(),
                p.all().stream().map(m -> view.diskName(m.disk())).toList(),
                move == null ? null : move.id(),
                findings);
    }

    private static List<Entry> moving(View view) {
        List<Entry> entries = new ArrayList<>();
        for (Op op : copying(view)) {
            view.cluster().partition(op.move().partition()).ifPresent(p -> entries.add(entry(view, p, op)));
        }
        return entries;
    }

    private static List<Entry> deadNodes(View view) {
        return view.cluster().nodes().stream()
                .filter(n -> view.reports().dead(n.id()))
                .map(n -> new Entry(
                        n.name(),
                        n.id(),
                        List.of(),
                        null,
                        List.of(Finding.problem(
                                "NODES_DEAD",
                                "nothing is heard of it",
                                "start it; for good: node decommission, then node rm"))))
                .toList();
    }
}
