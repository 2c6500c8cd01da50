package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.sim.world.World;
import java.util.List;

/** What holds of the masters' state after every entry of the log (DESIGN section 9): laws 2, 3, 4 and 6. */
final class StateLaws {
    /** All invariants read everything: so many entries apart. */
    private static final int THOROUGH = 37;

    private final World world;
    private ClusterState before;
    private int entries;

    StateLaws(World world) {
        this.world = world;
    }

    void check(ClusterState now) {
        if (before != null) {
            now.touched()
                    .ops()
                    .forEach(id -> op(before.op(id).orElse(null), now.op(id).orElse(null)));
            now.touched()
                    .partitions()
                    .forEach(id -> partition(
                            before.partition(id).orElse(null), now.partition(id).orElse(null)));
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

    private void op(Op old, Op now) {
        if (now != null) {
            world.note("op" + now.id(), now::toString);
        }
        if (old != null
                && now != null
                && old.status() != now.status()
                && !old.status().next().contains(now.status())) {
            throw world.broken("6", "from " + old + " to " + now);
        }
    }

    /** A move's swap, or its being taken back, leaves as many in-sync as it found, or as going on would have left. */
    private void partition(Partition old, Partition now) {
        if (now != null) {
            world.note("p" + now.id(), now::toString);
        }
        if (now == null || old == null) {
            return;
        }
        if (now.epoch() < old.epoch()) {
            throw world.broken("1", "an epoch went back, from " + old + " to " + now);
        }
        if (old.joining() == null || now.joining() != null) {
            return;
        }
        Op move = before.op(old.mutexOp()).orElseThrow();
        int floor = Math.min(old.target(), move.move().notedInSync());
        if (now.inSync().size() < Math.max(1, Math.min(floor, old.inSync().size() - 1))) {
            throw world.broken("2", "from " + old + " to " + now);
        }
    }
}
