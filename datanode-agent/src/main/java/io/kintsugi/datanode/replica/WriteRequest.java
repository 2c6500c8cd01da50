package io.kintsugi.datanode.replica;

/**
 * A client's write.
 *
 * @param timeMs wall-clock time of the driver when it took the request
 */
public record WriteRequest(Entry.Op op, byte[] key, byte[] value, long client, long sequence, long timeMs) {}
