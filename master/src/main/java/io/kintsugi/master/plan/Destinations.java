package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** Where the copy goes that takes a replica's place. */
public final class Destinations {
    private Destinations() {}

    /** A disk that would do, with what it is ranked by. */
    private record Candidate(
            Disk disk,
            boolean avoided,
            int away,
            boolean otherNodeset,
            boolean sharesZone,
            boolean sameNode,
            int incoming,
            int replicas,
            double used) {
        static final Comparator<Candidate> BEST = Comparator.comparing(Candidate::avoided)
                .thenComparingInt(Candidate::away)
                .thenComparing(Candidate::otherNodeset)
                .thenComparing(Candidate::sharesZone)
                .thenComparing(Candidate::sameNode)
                .thenComparingInt(Candidate::incoming)
                .thenComparingInt(Candidate::replicas)
                .thenComparingDouble(Candidate::used)
                .thenComparingInt(c -> c.disk().id());
    }

    /** What is wanted of a destination beyond the rules: an operator's word, and what earlier attempts of the move found. */
    private record Wanted(int node, int disk, IntPredicate avoided, boolean ownDisk, String ownPath) {
        static final Wanted ANY = new Wanted(0, 0, disk -> false, false, "");

        static Wanted of(View view, Move move) {
            String path = move.isRepair()
                    ? view.cluster().disk(move.sourceDisk()).map(Disk::path).orElse("")
                    : "";
            return new Wanted(move.toNode(), move.toDisk(), move::avoids, move.isRepair(), path);
        }

        boolean admits(Disk d, Member source) {
            return (node == 0 || node == d.node())
                    && (disk == 0 || disk == d.id())
                    && (ownDisk || d.id() != source.disk());
        }

        /** How far from where a lost replica was: 0 for the disk that has taken that one's place, or that disk itself; without one all are. */
        int away(Disk d, Member source) {
            boolean there = ownDisk
                    && d.node() == source.node()
                    && (d.id() == source.disk() || d.path().equals(ownPath));
            return there ? 0 : 1;
        }
    }

    /**
     * The best disk for a replica that takes {@code source}'s place: in the same nodeset if possible, then in a zone that no other replica of
     * the partition is in, then where the least goes in and lies already. Never on a node that has another replica; the source's own
     * node will do, since the source leaves it, but comes after others.
     */
    public static Choice<Disk> choose(View view, Partition p, Member source) {
        int nodeset = view.cluster().node(source.node()).map(Node::nodeset).orElse(0);
        return choose(view, p, source, nodeset, Wanted.ANY, new Load(view));
    }

    /**
     * Of a move: where its operator wants it; where an attempt of it failed before only if there is nothing else. A lost replica is replaced
     * where it was, so that the spread stays, if that works: on the new disk at the same path, or on its own.
     *
     * @param source what is to go; {@link Move#sourceIn} where there is none
     * @param load what disks are to be thought to hold and take in: what is known and what a plan has just given them
     */
    static Choice<Disk> choose(View view, Partition p, Member source, Move move, Load load) {
        int nodeset = view.cluster().node(source.node()).map(Node::nodeset).orElse(move.nodeset());
        return choose(view, p, source, nodeset, Wanted.of(view, move), load);
    }

    private static Choice<Disk> choose(View view, Partition p, Member source, int nodeset, Wanted wanted, Load load) {
        Set<Integer> nodes = new HashSet<>();
        Set<String> zones = new HashSet<>();
        for (Member m : p.all()) {
            if (m.replica() != source.replica()) {
                nodes.add(m.node());
                view.cluster().node(m.node()).ifPresent(n -> zones.add(n.zone()));
            }
        }
        long bytes = view.bytes(p);
        Rejection.Tally tally = new Rejection.Tally();
        Candidate best = null;
        for (Disk disk : view.cluster().disks()) {
            Optional<Node> node = view.cluster().node(disk.node());
            if (load.closed(disk.id()) || !disk.present() || node.isEmpty() || !wanted.admits(disk, source)) {
                continue;
            }
            Optional<Rejection> no = reject(view, disk, nodes, bytes, load);
            if (no.isPresent()) {
                tally.add(no.get(), node.get().name());
                continue;
            }
            Candidate candidate = candidate(view, disk, node.get(), source, nodeset, zones, wanted, load);
            best = best == null || Candidate.BEST.compare(candidate, best) < 0 ? candidate : best;
        }
        return best == null ? Choice.none(reason(view, p, tally)) : Choice.of(best.disk());
    }

    /** The best disk of one nodeset alone, for a replica that takes {@code source}'s place. */
    public static Choice<Disk> inNodeset(View view, Partition p, Member source, int nodeset) {
        Set<Integer> others = new HashSet<>();
        for (Disk disk : view.cluster().disks()) {
            boolean there = view.cluster()
                    .node(disk.node())
                    .filter(n -> n.nodeset() == nodeset)
                    .isPresent();
            if (!there) {
                others.add(disk.id());
            }
        }
        return choose(view, p, source, nodeset, Wanted.ANY, new Load(view, others));
    }

    /** Why no disk takes the replica that is to replace {@code lost}, or (0) to be added; empty when one does. */
    public static Optional<Reason> noneForRepair(View view, Partition p, long lost) {
        int nodeset = p.member(p.primary())
                .flatMap(m -> view.cluster().node(m.node()))
                .map(Node::nodeset)
                .orElse(0);
        Move repair = Move.repair(p.id(), p.member(lost), nodeset, "");
        Member source = repair.sourceIn(p).orElseThrow();
        return choose(view, p, source, repair, new Load(view)) instanceof Choice.None<Disk>(Reason reason)
                ? Optional.of(reason)
                : Optional.empty();
    }

    private static Optional<Rejection> reject(View view, Disk disk, Set<Integer> nodes, long bytes, Load load) {
        if (nodes.contains(disk.node())) {
            return Optional.of(Rejection.NODE_HAS_REPLICA);
        }
        Optional<Rejection> no = Rejection.of(view, disk, bytes, load.bytes(disk.id()));
        if (no.isEmpty() && load.incoming(disk.id()) >= view.setting(Setting.INCOMING_COPIES_PER_DISK)) {
            return Optional.of(Rejection.INCOMING_LIMIT);
        }
        return no;
    }

    private static Candidate candidate(
            View view, Disk disk, Node node, Member source, int nodeset, Set<String> zones, Wanted wanted, Load load) {
        double used = view.reports()
                .disk(disk.id())
                .filter(f -> f.totalBytes() > 0)
                .map(f -> usedShare(f, load.bytes(disk.id())))
                .orElse(0.0);
        return new Candidate(
                disk,
                wanted.avoided().test(disk.id()),
                wanted.away(disk, source),
                node.nodeset() != nodeset,
                zones.contains(node.zone()),
                node.id() == source.node(),
                load.incoming(disk.id()),
                load.replicas(disk.id()),
                used);
    }

    private static double usedShare(DiskFacts facts, long given) {
        return (double) (facts.usedBytes() + given) / facts.totalBytes();
    }

    private static Reason reason(View view, Partition p, Rejection.Tally tally) {
        String message = "no disk can take a replica of " + view.partitionName(p) + ": " + tally.sentence();
        return tally.has(Rejection.INCOMING_LIMIT) || tally.has(Rejection.NODE_UNKNOWN)
                ? Reason.passing("INCOMING_COPIES_LIMIT", message)
                : Reason.of("NO_DESTINATION", message);
    }
}
