package io.kintsugi.master.model;

/**
 * One mount path of a datanode: the unit of failure and of placement.
 *
 * @param uuid written when the disk was formatted
 * @param drainOp the decommission op that empties it or has emptied it, or 0
 * @param drainRoot the op that an operator asked for: {@code drainOp} itself, or the decommission of its datanode
 * @param error why it is unavailable, or ""
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
        String error) {
    /** Whether a new replica may be placed here, as far as persisted facts tell. */
    public boolean placeable() {
        return status == DiskStatus.NORMAL && drain == DrainState.NONE;
    }

    /** Whether it counts among its datanode's disks. */
    public boolean present() {
        return status != DiskStatus.GONE && status != DiskStatus.REMOVED;
    }

    public Disk at(String newPath) {
        return new Disk(id, uuid, node, newPath, status, drain, drainOp, drainRoot, error);
    }

    public Disk withStatus(DiskStatus newStatus, String newError) {
        return new Disk(id, uuid, node, path, newStatus, drain, drainOp, drainRoot, newError);
    }

    public Disk draining(long op, long root) {
        return new Disk(id, uuid, node, path, status, DrainState.DRAINING, op, root, error);
    }

    public Disk drained() {
        return new Disk(id, uuid, node, path, status, DrainState.DRAINED, drainOp, drainRoot, error);
    }

    /** Takes replicas again. */
    public Disk undrained() {
        return new Disk(id, uuid, node, path, status, DrainState.NONE, 0, 0, error);
    }
}
