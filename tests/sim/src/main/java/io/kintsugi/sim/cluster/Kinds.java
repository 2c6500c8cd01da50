package io.kintsugi.sim.cluster;

import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.history.Invocation;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Whether a put is a plain one, for a time, or on a condition: that nothing is there, or what was seen there last. */
final class Kinds {
    private final Cluster cluster;
    private final SplittableRandom random;
    private final boolean all;
    private final Map<String, Long> last = new HashMap<>();

    Kinds(Cluster cluster) {
        this.cluster = cluster;
        random = cluster.world.random("kinds of puts");
        all = random.nextInt(3) == 0;
    }

    /** Somebody found that, or is about to write it. */
    void seen(String key, long value) {
        last.put(key, value);
    }

    /** A put whose outcome isn't known. */
    Invocation next(String key, long value, long begun) {
        long before = last.getOrDefault(key, Invocation.ABSENT);
        Invocation put =
                switch (all ? random.nextInt(6) : 6) {
                    case 0 -> Invocation.writeFor(ttl(), value, begun, Invocation.NEVER);
                    case 1, 2 -> Invocation.writeIf(Invocation.ABSENT, value, begun, Invocation.NEVER);
                    case 3, 4 -> Invocation.writeIf(before, value, begun, Invocation.NEVER);
                    default -> Invocation.write(value, begun, Invocation.NEVER);
                };
        if (put.kind() == Invocation.Kind.WRITE) {
            seen(key, value);
        }
        return put;
    }

    /** In whole milliseconds, which is what the wire has. */
    private long ttl() {
        return Math.max(1, cluster.plan.paced(random.nextInt(200, 8_000)) / 1_000_000) * 1_000_000;
    }

    /**
     * How far the clocks of two datanodes may differ, once more for the time stamp that a record's life is counted from, and what is lost by
     * counting in milliseconds.
     */
    long clocks() {
        return 2_000_000
                + 2
                        * cluster.nodes.stream()
                                .map(SimNode::process)
                                .mapToLong(p -> p.clock().wallErrorNanos())
                                .max()
                                .orElse(0);
    }
}
