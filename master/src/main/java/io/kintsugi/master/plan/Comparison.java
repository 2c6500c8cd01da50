package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Counts;
import io.kintsugi.master.view.Digest;
import io.kintsugi.master.view.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How replicas of a partition differ that were counted at the same entry of its log. (At other times than the same entry nothing is compared.)
 *
 * @param groups those that hold the same together, the largest group first; two at least
 * @param confirmed whether a count at another entry found the same: one alone may have been misread
 */
public record Comparison(Partition partition, List<Group> groups, boolean confirmed) {
    public static final String CODE = "REPLICAS_DIFFER";

    /** Replicas that hold the same. */
    public record Group(Digest digest, List<Member> members) {}

    /** Empty while nothing says that they differ. */
    public static Optional<Comparison> of(View view, Partition p) {
        Counts counts = view.reports().counts(p.id());
        List<Counts.Counted> judged = counts.judged(p);
        List<Group> groups = groups(judged, p);
        if (groups.size() < 2) {
            return Optional.empty();
        }
        boolean twice = judged == counts.now() && sameGroups(groups, groups(counts.before(), p));
        return Optional.of(new Comparison(p, groups, twice));
    }

    private static List<Group> groups(List<Counts.Counted> round, Partition p) {
        List<Group> groups = new ArrayList<>();
        for (Counts.Counted c : Counts.members(round, p)) {
            Group of = groups.stream()
                    .filter(g -> g.digest().equalContent(c.digest()))
                    .findFirst()
                    .orElseGet(() -> {
                        groups.add(new Group(c.digest(), new ArrayList<>()));
                        return groups.getLast();
                    });
            p.member(c.replica()).ifPresent(of.members()::add);
        }
        groups.forEach(g -> g.members().sort(Comparator.comparingLong(Member::replica)));
        groups.sort(Comparator.comparing((Group g) -> -inSync(p, g))
                .thenComparing(g -> g.members().getFirst().replica()));
        return groups;
    }

    private static boolean sameGroups(List<Group> a, List<Group> b) {
        return a.stream()
                .map(Comparison::ids)
                .toList()
                .equals(b.stream().map(Comparison::ids).toList());
    }

    private static List<Long> ids(Group g) {
        return g.members().stream().map(Member::replica).toList();
    }

    private static int inSync(Partition p, Group g) {
        return (int) g.members().stream().filter(m -> p.isInSync(m.replica())).count();
    }

    public Digest digest() {
        return groups.getFirst().digest();
    }

    /** The group that more than half of all in-sync replicas, and two at least, are in: what they hold is right. Empty: nobody can say. */
    public Optional<Group> majority() {
        Group largest = groups.getFirst();
        int agree = inSync(partition, largest);
        return agree >= 2 && agree * 2 > partition.inSync().size() ? Optional.of(largest) : Optional.empty();
    }

    /** Those that hold something else than the majority; none without a majority. */
    public List<Member> odd() {
        return majority()
                .map(m -> groups.stream()
                        .filter(g -> g != m)
                        .flatMap(g -> g.members().stream())
                        .toList())
                .orElse(List.of());
    }

    /** Whether live records differ: in number, or, with as many bytes, in what they are. */
    public boolean recordsDiffer() {
        return !sizesDiffer() || groups.stream().anyMatch(g -> g.digest().records() != digest().records());
    }

    /** Whether their bytes do. */
    public boolean sizesDiffer() {
        return groups.stream().anyMatch(g -> g.digest().bytes() != digest().bytes());
    }

    /** Of key hashes in which they differ; {@code sessions} stands for what is remembered of clients. */
    public List<String> ranges() {
        TreeSet<Integer> places = new TreeSet<>();
        groups.forEach(g -> places.addAll(digest().differing(g.digest())));
        int sessions = digest().ranges().size() - 1;
        return places.stream()
                .map(i -> i == sessions ? "sessions" : Integer.toString(i))
                .toList();
    }

    /** Names replicas, counts and ranges. */
    public String message(View view) {
        List<String> parts = new ArrayList<>();
        for (Group g : groups) {
            parts.add(String.join(
                            ", ",
                            g.members().stream()
                                    .map(m -> view.diskName(m.disk()))
                                    .toList())
                    + " " + (g.members().size() == 1 ? "has " : "have ")
                    + g.digest().records() + " records of "
                    + g.digest().bytes() + " bytes");
        }
        return "the replicas of " + view.partitionName(partition) + " differ after entry " + digest().index()
                + " of epoch "
                + digest().epoch() + " (" + Instant.ofEpochMilli(digest().takenMillis()) + "): "
                + String.join("; ", parts)
                + (ranges().isEmpty() ? "" : "; in ranges " + String.join(", ", ranges()));
    }
}
