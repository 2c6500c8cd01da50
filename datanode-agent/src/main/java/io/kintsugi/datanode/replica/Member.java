package io.kintsugi.datanode.replica;

/**
 * One replica of a partition, and where it is. Mirrors {@code Member} of {@code cluster.proto}.
 *
 * @param replica id, unique in the cluster, never used twice
 * @param address host:port of its node's gRPC listener
 * @param httpAddress host:port of its node's HTTP listener (bulk copy)
 */
public record Member(long replica, int node, int disk, String address, String httpAddress) {}
