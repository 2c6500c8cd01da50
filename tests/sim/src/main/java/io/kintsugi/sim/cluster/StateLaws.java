package io.kintsugi.sim.cluster;

import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.sim.master.AppliedEntry;
import io.kintsugi.sim.model.Shadow;
import io.kintsugi.sim.model.StepLaws;
import io.kintsugi.sim.world.World;
import java.util.List;

/**
 * What holds of the masters' log (DESIGN section 9). After every command: what it may do by itself, and that the naive model agrees (laws
 * 1, 2 and 6); after every entry: limits (law 4); and all invariants of the state (law 3) now and then.
 */
final class StateLaws {
    /** All invariants read everything: so many entries apart. */
    private static final int THOROUGH = 37;

    private final World world;
    private final Shadow shadow = new Shadow();
    private ClusterState before;
    private int entries;

    StateLaws(World world) {
        this.world = world;
    }

    void check(AppliedEntry entry) {
        ClusterState now = entry.state();
        StepLaws.Broken broken = shadow.take(entry.at(), entry.commands(), entry.outcomes(), now.digest());
        if (broken != null) {
            throw world.broken(broken.law(), broken.what());
        }
        if (before != null) {
            now.touched().ops().forEach(id -> now.op(id).ifPresent(op -> world.note("op" + id, op::toString)));
            now.touched().partitions().forEach(id -> now.partition(id)
                    .ifPresent(p -> world.note("p" + id, p::toString)));
            if (Invariants.limitsExceeded(before).isEmpty() && before.settings().equals(now.settings())) {
                none("4", Invariants.limitsExceeded(now));
            }
        }
        if (entries++ % THOROUGH == 0) {
            none("3", Invariants.violations(now));
        }
        before = now;
    }

    private void none(String law, List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw world.broken(law, wrong.toString());
        }
    }
}
