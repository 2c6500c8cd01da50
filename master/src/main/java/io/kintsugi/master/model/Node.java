package io.kintsugi.master.model;

/**
 * A datanode that has registered.
 *
 * @param uuid its own id, made by itself
 * @param address host:port of its gRPC listener
 * @param httpAddress host:port of its HTTP listener
 */
public record Node(
        int id,
        String uuid,
        String name,
        String address,
        String httpAddress,
        String zone,
        int nodeset,
        long registeredAt) {}
