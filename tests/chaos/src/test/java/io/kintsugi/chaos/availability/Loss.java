package io.kintsugi.chaos.availability;

import io.kintsugi.chaos.availability.Row.How;
import java.util.List;

/**
 * Datanodes that are lost, and return, in one go through several rows of the table.
 *
 * @param name by which {@code -Davailability} takes it
 * @param lost how many of the four
 * @param written whether clients write meanwhile, or only read
 */
record Loss(String name, int lost, boolean atOnce, boolean written, Order back) {
    /** In which the processes return. */
    enum Order {
        FIRST_LOST_FIRST,
        LAST_LOST_FIRST,
        TOGETHER
    }

    static final List<Loss> EVERY_RUN = List.of(
            new Loss("one-after-another", 3, false, true, Order.FIRST_LOST_FIRST),
            new Loss("two-at-once", 2, true, true, Order.FIRST_LOST_FIRST),
            new Loss("three-at-once", 3, true, true, Order.TOGETHER));

    static final List<Loss> BY_NAME = List.of(
            new Loss("one-after-another-back-in-reverse", 3, false, true, Order.LAST_LOST_FIRST),
            new Loss("one-after-another-back-together", 3, false, true, Order.TOGETHER),
            new Loss("one-after-another-only-read", 3, false, false, Order.FIRST_LOST_FIRST),
            new Loss("two-at-once-only-read", 2, true, false, Order.LAST_LOST_FIRST),
            new Loss("three-at-once-one-by-one", 3, true, true, Order.LAST_LOST_FIRST),
            new Loss("three-at-once-only-read", 3, true, false, Order.FIRST_LOST_FIRST));

    /** The rows that it has to come by. */
    List<Row> shows() {
        How several = atOnce ? How.AT_ONCE : How.ONE_AFTER_ANOTHER;
        return Row.ALL.stream()
                .filter(r -> r.lost() <= lost && (r.how() == several || r.how() == How.ONE && !atOnce))
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
