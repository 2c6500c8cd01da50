package io.kintsugi.datanode.replica;

/**
 * One replica of a partition, and where it is. Mirrors {@code Member} of {@code cluster.proto}.
 *
 * @param replica id, unique in the cluster, never used twice
 * @param address host:port of its node's gRPC listener
 * @param httpAddress host:port of its node's HTTP listener (bulk copy)
 * @param leftEpoch at which it left the in-sync set; 0: it is in it; 1: it never was. Kept for masters that lost their metadata only
 */
public record Member(long replica, int node, int disk, String address, String httpAddress, long leftEpoch) {
    /** One that is in-sync, or of which nobody asks. */
    public Member(long replica, int node, int disk, String address, String httpAddress) {
        this(replica, node, disk, address, httpAddress, 0);
    }
}
