package io.kintsugi.master.model;

/**
 * One mount path of a datanode: the unit of failure and of placement.
 *
 * @param uuid written when the disk was formatted
 * @param drainOp the decommission op that empties it or has emptied it, or 0
 * @param drainRoot the op that an operator asked for: {@code drainOp} itself, or the decommission of its datanode
 * @param error why it is unavailable, or ""
 * @param trouble what is remembered of it while it is unavailable
 */
public record Disk(
        int id,
        String uuid,
        int node,
        String path,
        DiskStatus status,
        DrainState drain,
        long drainOp,
        long drainRoot,
        String error,
        Trouble trouble) {
    /** One that was never broken. */
    public Disk(
            int id,
            String uuid,
            int node,
            String path,
            DiskStatus status,
            DrainState drain,
            long drainOp,
            long drainRoot,
            String error) {
        this(id, uuid, node, path, status, drain, drainOp, drainRoot, error, Trouble.NONE);
    }

    /** Whether a new replica may be placed here, as far as persisted facts tell. */
    public boolean placeable() {
        return status == DiskStatus.NORMAL && drain == DrainState.NONE;
    }

    /** Whether it counts among its datanode's disks. */
    public boolean present() {
        return status != DiskStatus.GONE && status != DiskStatus.REMOVED;
    }

    public Disk at(String newPath) {
        return new Disk(id, uuid, node, newPath, status, drain, drainOp, drainRoot, error, trouble);
    }

    public Disk withStatus(DiskStatus newStatus, String newError) {
        return new Disk(id, uuid, node, path, newStatus, drain, drainOp, drainRoot, newError, trouble);
    }

    public Disk draining(long op, long root) {
        return new Disk(id, uuid, node, path, status, DrainState.DRAINING, op, root, error, trouble);
    }

    public Disk drained() {
        return new Disk(id, uuid, node, path, status, DrainState.DRAINED, drainOp, drainRoot, error, trouble);
    }

    /** Takes replicas again. */
    public Disk undrained() {
        return new Disk(id, uuid, node, path, status, DrainState.NONE, 0, 0, error, trouble.undrained());
    }

    public Disk with(Trouble newTrouble) {
        return new Disk(id, uuid, node, path, status, drain, drainOp, drainRoot, error, newTrouble);
    }

    /** Milliseconds since the epoch; 0: it works as far as the masters know. */
    public long unavailableSince() {
        return trouble.since();
    }
}
