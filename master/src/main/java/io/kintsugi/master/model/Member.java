package io.kintsugi.master.model;

/**
 * One replica of a partition, and where it is.
 *
 * @param replica id, unique in the cluster and never used twice
 * @param node datanode id
 * @param disk disk id
 * @param leftEpoch the epoch at which it left the in-sync set; 0 while it is in-sync, {@link #NEVER} if it never was
 */
public record Member(long replica, int node, int disk, long leftEpoch) {
    /**
     * In place of an epoch: it was added outside the in-sync set and has never been in it, so nobody knows how much it holds. All are in-sync
     * in a partition's first epoch, so none leaves in it.
     */
    public static final long NEVER = 1;

    public Member leftAt(long epoch) {
        return new Member(replica, node, disk, epoch);
    }
}
