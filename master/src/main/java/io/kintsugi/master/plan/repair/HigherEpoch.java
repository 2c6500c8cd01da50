package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Optional;

/**
 * A replica has stored an epoch above the masters': they have lost something, as after an old metadata backup was restored. Whoever acts on
 * what they still know may elect a replica that lacks writes, or delete the one that has them. So nothing is touched, and somebody is called.
 */
public record HigherEpoch() implements Rule {
    public static final String CODE = "EPOCH_ABOVE_MASTERS";

    /** Whether the partition isn't to be touched. */
    public static boolean holds(View view, Partition p) {
        return replica(view, p).isPresent();
    }

    @Override
    public Optional<Repair> of(View view, Partition p) {
        return replica(view, p)
                .map(f -> new Repair(
                        name(),
                        CODE,
                        "replica " + f.replica() + " of " + view.partitionName(p) + " on " + view.diskName(f.disk())
                                + " has stored epoch " + f.epoch() + ", the masters know " + p.epoch()
                                + ": they have lost something",
                        "nothing is touched: neither elected, nor repaired, nor moved, nor deleted",
                        null));
    }

    private static Optional<ReplicaFacts> replica(View view, Partition p) {
        for (Member m : p.all()) {
            Optional<ReplicaFacts> facts = view.reports().replica(m.replica()).filter(f -> f.epoch() > p.epoch());
            if (facts.isPresent()) {
                return facts;
            }
        }
        return view.reports().strays(p.id()).stream()
                .filter(f -> f.epoch() > p.epoch())
                .findFirst();
    }
}
