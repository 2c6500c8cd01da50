package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/** The rules in their order: what a rule mends may be all that a later one complains of. */
public final class Rules {
    public static final List<Rule> ALL = List.of(
            new HigherEpoch(),
            new ExtraPeer(),
            new MissingPeer(),
            new LostReplica(),
            new LastCopy(),
            new DifferingReplica(),
            new LostMember(),
            new MissingReplica(),
            new SuperfluousReplica());

    private Rules() {}

    /** What is to be done first about the partition. */
    public static Optional<Repair> first(View view, Partition p) {
        for (Rule rule : ALL) {
            Optional<Repair> repair = rule.of(view, p);
            if (repair.isPresent()) {
                return repair;
            }
        }
        return Optional.empty();
    }
}
