package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Table;
import java.util.Comparator;

/**
 * A table as a manifest defines it.
 *
 * @param generation of the masters that made the table; with the time of its creation, its incarnation
 * @param version raised by every change of the definition; 0 in manifests of before there were versions
 */
public record Definition(Table table, long generation, long version) {
    private static final int MAX_PARTITIONS = 65_536;

    /** Of one incarnation, the newer one is greater; of one version, the order is arbitrary, but always the same. */
    static final Comparator<Definition> NEWNESS =
            Comparator.comparingLong(Definition::version).thenComparing(Definition::toString);

    /** Bounds what a damaged manifest can make of the plan. */
    boolean plausible() {
        return table.id() > 0
                && table.partitions() >= 1
                && table.partitions() <= MAX_PARTITIONS
                && table.replicas() >= 1
                && !table.name().isEmpty();
    }

    Incarnation incarnation() {
        return new Incarnation(generation, table.createdAt());
    }

    /** Whether the keys of both lie in the same slots: that can't change while a table lives. */
    boolean slicedAlike(Definition other) {
        return table.partitions() == other.table.partitions() && table.hash().equals(other.table.hash());
    }
}
