package io.kintsugi.master.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A datanode that has registered.
 *
 * @param uuid its own id, made by itself
 * @param address host:port of its gRPC listener
 * @param httpAddress host:port of its HTTP listener
 * @param drainOp the op that empties it or has emptied it, or 0
 * @param deadSince when a leader last judged it dead, milliseconds since the epoch; 0: it lives, or was never judged
 * @param deaths when that was, the last {@value #FLAPS} times, oldest first: also after it has come back
 */
public record Node(
        int id,
        String uuid,
        String name,
        String address,
        String httpAddress,
        String zone,
        int nodeset,
        long registeredAt,
        DrainState drain,
        long drainOp,
        long deadSince,
        List<Long> deaths) {
    /** Who dies so often within a short time isn't well, though it comes back each time. */
    public static final int FLAPS = 3;

    public Node {
        deaths = List.copyOf(deaths);
    }

    public Node draining(long op) {
        return drain(DrainState.DRAINING, op);
    }

    public Node drained() {
        return drain(DrainState.DRAINED, drainOp);
    }

    /** Takes replicas again. */
    public Node undrained() {
        return drain(DrainState.NONE, 0);
    }

    private Node drain(DrainState newDrain, long op) {
        return new Node(
                id, uuid, name, address, httpAddress, zone, nodeset, registeredAt, newDrain, op, deadSince, deaths);
    }

    public Node died(long now) {
        List<Long> all = new ArrayList<>(deaths);
        all.add(now);
        return dead(now, all.subList(Math.max(0, all.size() - FLAPS), all.size()));
    }

    public Node alive() {
        return dead(0, deaths);
    }

    private Node dead(long since, List<Long> when) {
        return new Node(id, uuid, name, address, httpAddress, zone, nodeset, registeredAt, drain, drainOp, since, when);
    }

    /** It has died again and again since then. */
    public boolean flapsSince(long from) {
        return deaths.size() == FLAPS && deaths.getFirst() >= from;
    }
}
