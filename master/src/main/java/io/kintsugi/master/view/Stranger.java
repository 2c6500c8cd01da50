package io.kintsugi.master.view;

/**
 * A datanode that said hello and was refused, since other masters' metadata is what it goes by: of another cluster, or of a newer generation of
 * this one.
 *
 * @param generation the highest that it has seen
 * @param heardNanos when it knocked last
 */
public record Stranger(String name, String address, String clusterId, long generation, long heardNanos) {}
