package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries messages between replicas and the master (number 0), or loses, doubles and delays them. */
final class Network {
    private record Link(long from, long to) {}

    private final World world;
    private final List<Link> cuts = new ArrayList<>();
    private final Map<Link, Long> lastArrival = new HashMap<>();
    private boolean healed;

    Network(World world) {
        this.world = world;
    }

    boolean cut(long from, long to) {
        return !cuts.isEmpty() && cuts.contains(new Link(from, to));
    }

    void cut(long from, long to, long nanos) {
        Link link = new Link(from, to);
        cuts.add(link);
        world.at(nanos, Kind.CUT, () -> cuts.remove(link));
    }

    void heal() {
        healed = true;
        cuts.clear();
    }

    void send(long from, long to, Message message) {
        carry(from, to, Kind.MESSAGE, () -> world.replicas.get((int) to).receive(from, message));
    }

    void toMaster(long from, Kind kind, Runnable action) {
        carry(from, 0, kind, action);
    }

    void configure(long to, Config config) {
        carry(0, to, Kind.CONFIGURATION, () -> world.replicas.get((int) to).configured(config));
    }

    private void carry(long from, long to, Kind kind, Runnable action) {
        if (cut(from, to) || !healed && world.random.nextDouble() < world.plan.loss) {
            return;
        }
        world.at(healed ? inOrder(from, to) : delay(), kind, action);
        if (!healed && world.random.nextDouble() < world.plan.duplicates) {
            world.at(delay(), kind, action);
        }
    }

    /** As a stream between two processes does when nothing is wrong. */
    private long inOrder(long from, long to) {
        long at = Math.max(world.now + world.delay(), lastArrival.getOrDefault(new Link(from, to), 0L) + 1);
        lastArrival.put(new Link(from, to), at);
        return at - world.now;
    }

    private long delay() {
        boolean late = !healed && world.random.nextDouble() < world.plan.slow;
        return late ? world.random.nextLong(world.plan.slowest) + 1 : world.delay();
    }
}
