package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be drained, before anybody has asked for it.
 *
 * @param disks the replicas that are to go, disk by disk
 * @param closed disks that won't do as destinations
 * @param note what is to be known of it first, or ""
 */
public record Target(String name, List<List<Source>> disks, Set<Integer> closed, String note) {
    /** A replica that is to go. {@code member} is null where an older move is still bringing one. */
    record Source(Partition partition, Member member, Move move) {}

    public static Target ofNode(View view, Node node) {
        Set<Integer> closed = new TreeSet<>();
        List<List<Source>> disks = new ArrayList<>();
        for (Disk d : view.cluster().disksOfNode(node.id())) {
            closed.add(d.id());
            disks.add(sources(view, d));
        }
        return new Target(node.name(), disks, closed, note(node.drainOp(), "datanode " + node.name()));
    }

    public static Target ofDisk(View view, Disk disk) {
        String name = view.diskName(disk);
        return new Target(name, List.of(sources(view, disk)), Set.of(disk.id()), note(disk.drainOp(), "disk " + name));
    }

    /** @param toNode the only datanode that will do, or 0; {@code toDisk} likewise */
    public static Target ofReplica(View view, Partition p, Member source, int toNode, int toDisk) {
        Move move = Move.of(p.id(), source, 0).to(toNode, toDisk);
        String name = view.partitionName(p) + " from " + view.diskName(source.disk());
        return new Target(name, List.of(List.of(new Source(p, source, move))), Set.of(source.disk()), "");
    }

    /** One replica more, as a repair adds it. */
    public static Target ofAddition(View view, Partition p, int toNode, int toDisk) {
        int nodeset = p.member(p.primary())
                .flatMap(m -> view.cluster().node(m.node()))
                .map(Node::nodeset)
                .orElse(0);
        Move move = Move.repair(p.id(), Optional.empty(), nodeset, "").to(toNode, toDisk);
        Source source = new Source(p, move.sourceIn(p).orElseThrow(), move);
        String name = view.partitionName(p) + ", one replica more";
        boolean full = p.members().size() >= p.target();
        String note = full ? "its own target becomes " + (p.members().size() + 1) + "; reset-target undoes that" : "";
        return new Target(name, List.of(List.of(source)), Set.of(), note);
    }

    private static String note(long op, String what) {
        return op == 0 ? "" : what + " is or was decommissioned by op " + op + ": this is what is left to do";
    }

    private static List<Source> sources(View view, Disk disk) {
        List<Source> sources = new ArrayList<>();
        for (int id : view.cluster().partitionsOnDisk(disk.id())) {
            Partition p = view.cluster().partition(id).orElseThrow();
            Member member = p.members().stream()
                    .filter(m -> m.disk() == disk.id())
                    .findFirst()
                    .orElse(null);
            sources.add(new Source(p, member, member == null ? null : Move.of(id, member, 0)));
        }
        return sources;
    }
}
