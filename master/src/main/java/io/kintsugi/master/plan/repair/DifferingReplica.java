package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;

/**
 * A replica holds something else than most: counted twice, at two entries of the log, and by the word of more than half of all that are
 * in-sync. Its datanode sets it aside as corrupt, which makes it a {@link LostReplica}. A primary hands over first. Where nobody can say
 * who is right, and where so
 * many partitions differ that the cause is hardly their disks, nothing is done by itself: there is an alarm.
 */
public record DifferingReplica() implements Rule {
    /** With more that differ, somebody has to look. */
    static final int MANY = 10;
    /** What was counted longer ago is counted again before anything is done. */
    private static final long FRESH_MILLIS = Duration.ofHours(1).toMillis();

    @Override
    public Optional<Repair> of(View view, Partition p) {
        if (!view.reports().differing().contains(p.id()) || !Copies.possible(view, p) || many(view)) {
            return Optional.empty();
        }
        return Comparison.of(view, p)
                .filter(c -> c.confirmed() && view.nowMillis() - c.digest().takenMillis() < FRESH_MILLIS)
                .flatMap(c -> c.odd().stream().findFirst().flatMap(m -> repair(view, p, c, m)));
    }

    /** Whether so many partitions differ that nothing is done by itself. */
    public static boolean many(View view) {
        return view.reports().differing().size() > MANY;
    }

    private Optional<Repair> repair(View view, Partition p, Comparison c, Member odd) {
        String where = "the replica on " + view.diskName(odd.disk());
        if (odd.replica() != p.primary()) {
            return Optional.of(new Repair(
                    name(),
                    Comparison.CODE,
                    c.message(view),
                    where + " is set aside as corrupt, and a new replica takes its place",
                    null,
                    new Repair.Aside(odd, c.digest().index())));
        }
        return c.majority().orElseThrow().members().stream()
                .filter(m -> p.isInSync(m.replica()) && view.able(m))
                .findFirst()
                .map(m -> new Repair(
                        name(),
                        Comparison.CODE,
                        c.message(view),
                        where + " is primary, and hands over to that on " + view.diskName(m.disk()) + " first",
                        new Command.Elect(p.id(), p.epoch(), m.replica(), p.inSync())));
    }
}
