package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.Peers;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the configurations that replicas have stored with the masters'. Only at equal epoch, and on the word of a replica whose datanode has
 * reported all that it has: a replica that is behind is told anyway, and one whose report is old says nothing about now. The masters' word
 * counts; it is said again under a new epoch, since a replica takes nothing in an epoch that it has.
 */
public final class StoredPeers {
    /**
     * A replica that has stored something else.
     *
     * @param extra replicas that it names and the masters don't
     * @param missing replicas that the masters name and it doesn't
     */
    public record Difference(Member member, Set<Long> extra, Set<Long> missing) {}

    private StoredPeers() {}

    /** Of the first replica that differs; empty when none does, or nobody is there to be told. */
    static Optional<Difference> first(View view, Partition p) {
        if (p.member(p.primary()).filter(view::able).isEmpty()) {
            return Optional.empty();
        }
        return all(view, p).stream().findFirst();
    }

    /** Of every replica that differs, whether or not somebody is there to tell it. */
    public static List<Difference> all(View view, Partition p) {
        List<Difference> all = new ArrayList<>();
        int expected = Peers.digest(p);
        for (Member m : p.all()) {
            Optional<ReplicaFacts> facts = view.reports()
                    .replica(m.replica())
                    .filter(f -> f.epoch() == p.epoch() && f.peers() != 0 && f.peers() != expected)
                    .filter(f -> fresh(view, m) && !f.broken());
            facts.ifPresent(f -> all.add(difference(p, m, f.otherPeers())));
        }
        return all;
    }

    /**
     * What tells all replicas anew: the first of {@link ExtraPeer} and {@link MissingPeer} that finds something. Empty when nothing is to be
     * said, nobody is there to say it, or the partition isn't to be touched.
     */
    public static Optional<Repair> due(View view, Partition p) {
        return HigherEpoch.holds(view, p)
                ? Optional.empty()
                : new ExtraPeer().of(view, p).or(() -> new MissingPeer().of(view, p));
    }

    private static boolean fresh(View view, Member m) {
        return view.reports()
                .node(m.node())
                .filter(n -> n.alive() && n.connected())
                .filter(NodeFacts::complete)
                .isPresent();
    }

    private static Difference difference(Partition p, Member m, List<Long> stored) {
        Set<Long> expected = new TreeSet<>();
        p.all().forEach(x -> expected.add(x.replica()));
        Set<Long> extra = new TreeSet<>(stored);
        extra.removeAll(expected);
        expected.removeAll(stored);
        return new Difference(m, extra, expected);
    }

    static Repair repair(View view, Partition p, String rule, String code, Difference d, String what) {
        return new Repair(
                rule,
                code,
                "replica " + d.member().replica() + " of " + view.partitionName(p) + " on "
                        + view.diskName(d.member().disk()) + " has stored " + what + " in epoch " + p.epoch(),
                "the epoch is raised, so that all replicas hear the configuration anew",
                new Command.Elect(p.id(), p.epoch(), p.primary(), p.inSync()));
    }
}
