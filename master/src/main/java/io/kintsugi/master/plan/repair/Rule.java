package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** One thing that can be wrong with a partition. Pure: the same rule acts, explains and only observes. */
public interface Rule {
    /** The class's simple name: shown, and kept with the op. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** What is due now; empty when nothing is, or what would be done isn't safe or possible at this moment. */
    Optional<Repair> of(View view, Partition p);
}
