package io.kintsugi.master.model;

/**
 * A datanode that has registered.
 *
 * @param uuid its own id, made by itself
 * @param address host:port of its gRPC listener
 * @param httpAddress host:port of its HTTP listener
 * @param drainOp the op that empties it or has emptied it, or 0
 * @param deadSince when a leader last judged it dead, milliseconds since the epoch; 0: it lives, or was never judged
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
        long deadSince) {
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
        return new Node(id, uuid, name, address, httpAddress, zone, nodeset, registeredAt, newDrain, op, deadSince);
    }

    public Node deadSince(long since) {
        return new Node(id, uuid, name, address, httpAddress, zone, nodeset, registeredAt, drain, drainOp, since);
    }
}
