package io.kintsugi.master.model;

/**
 * One replica of a partition, and where it is.
 *
 * @param replica id, unique in the cluster and never used twice
 * @param node datanode id
 * @param disk disk id
 * @param leftEpoch the epoch at which it left the in-sync set (or was added outside it); 0 while it is in-sync
 */
public record Member(long replica, int node, int disk, long leftEpoch) {
    public Member leftAt(long epoch) {
        return new Member(replica, node, disk, epoch);
    }
}
