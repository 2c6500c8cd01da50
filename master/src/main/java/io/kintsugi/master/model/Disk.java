package io.kintsugi.master.model;

/**
 * One mount path of a datanode: the unit of failure and of placement.
 *
 * @param uuid written when the disk was formatted
 * @param drainOp the decommission op that owns it, or 0
 * @param error why it is unavailable, or ""
 */
public record Disk(
        int id, String uuid, int node, String path, DiskStatus status, DrainState drain, long drainOp, String error) {
    /** Whether a new replica may be placed here, as far as persisted facts tell. */
    public boolean placeable() {
        return status == DiskStatus.NORMAL && drain == DrainState.NONE;
    }

    public Disk at(String newPath) {
        return new Disk(id, uuid, node, newPath, status, drain, drainOp, error);
    }

    public Disk withStatus(DiskStatus newStatus, String newError) {
        return new Disk(id, uuid, node, path, newStatus, drain, drainOp, newError);
    }

    public Disk withDrain(DrainState newDrain, long op) {
        return new Disk(id, uuid, node, path, status, newDrain, op, error);
    }
}
