package io.kintsugi.master.view;

import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the replicas of one partition were counted to hold: at the newest mark of which a replica has told, and at the last one before it that
 * said something. A mark says something when all that are in-sync have told, or when two differ already. Immutable.
 *
 * @param now at the newest mark
 * @param before at an older mark; empty: there is none worth keeping
 */
public record Counts(List<Counted> now, List<Counted> before) {
    static final Counts NONE = new Counts(List.of(), List.of());

    /** A replica and what it was counted to hold. */
    public record Counted(long replica, Digest digest) {}

    /** With what one more replica says. Of an older mark nothing is heard any more. */
    Counts with(long replica, Digest digest, Partition p) {
        if (!now.isEmpty() && now.getFirst().digest().after(digest)) {
            return this;
        }
        if (now.isEmpty() || !now.getFirst().digest().sameMark(digest)) {
            return new Counts(List.of(new Counted(replica, digest)), says(now, p) ? now : before);
        }
        List<Counted> more = new ArrayList<>(now);
        more.removeIf(c -> c.replica() == replica);
        more.add(new Counted(replica, digest));
        return complete(more, p) && !differ(more) ? agreed(more) : new Counts(List.copyOf(more), before);
    }

    /** All is well: the ranges are of no more use, nor is what was before; all share one digest. */
    private static Counts agreed(List<Counted> all) {
        Digest one = all.getFirst().digest().brief();
        return new Counts(all.stream().map(c -> new Counted(c.replica(), one)).toList(), List.of());
    }

    /** What is to be judged by: the newest mark that says something; empty: none does. */
    public List<Counted> judged(Partition p) {
        return says(now, p) ? now : says(before, p) ? before : List.of();
    }

    /** Whether everybody in-sync has counted at the mark of this request. */
    public boolean complete(long request, Partition p) {
        return !now.isEmpty() && now.getFirst().digest().request() == request && complete(now, p);
    }

    /** Whether anybody has. */
    public boolean begun(long request) {
        return !now.isEmpty() && now.getFirst().digest().request() == request;
    }

    public Optional<Digest> of(long replica) {
        return now.stream()
                .filter(c -> c.replica() == replica)
                .map(Counted::digest)
                .findFirst();
    }

    private static boolean says(List<Counted> round, Partition p) {
        return complete(round, p) || differ(members(round, p));
    }

    private static boolean complete(List<Counted> round, Partition p) {
        return !round.isEmpty()
                && p.inSync().stream().allMatch(r -> round.stream().anyMatch(c -> c.replica() == r));
    }

    /** Who was counted and is a replica of the partition still. */
    public static List<Counted> members(List<Counted> round, Partition p) {
        return round.stream().filter(c -> p.member(c.replica()).isPresent()).toList();
    }

    private static boolean differ(List<Counted> round) {
        return round.stream()
                .anyMatch(c -> !c.digest().equalContent(round.getFirst().digest()));
    }
}
