package io.kintsugi.sim.cluster;

import io.kintsugi.master.state.ClusterState;
import io.kintsugi.sim.world.World;
import java.util.HashMap;
import java.util.Map;

/**
 * Law 7, the other way round: nothing goes in circles. A partition or an op that changes far more often than any work needs is being
 * changed to and fro by two parts of the product that don't agree.
 */
final class Circles {
    /** The most changes of one partition or op within a window; moves with all their retries take some dozens. */
    private static final int MOST = 300;

    private static final int WINDOW_MILLIS = 10_000;

    private final World world;
    private final long window;
    private final Map<String, Integer> changes = new HashMap<>();
    private long begin;

    Circles(World world, Plan plan) {
        this.world = world;
        this.window = plan.paced(WINDOW_MILLIS);
    }

    /** To be called after every entry. */
    void check(ClusterState state) {
        if (world.now() - begin > window) {
            begin = world.now();
            changes.clear();
        }
        state.touched().partitions().forEach(id -> changed("partition", id, state));
        state.touched().ops().forEach(id -> changed("op", id, state));
    }

    private void changed(String what, Number id, ClusterState state) {
        if (changes.merge(what + " " + id, 1, Integer::sum) > MOST) {
            throw world.broken(
                    "7",
                    what + " " + id + " goes in circles: more than " + MOST + " changes in " + window / 1_000_000
                            + " ms; " + state.partitions().values() + " " + state.openOps());
        }
    }
}
