package io.kintsugi.master.plan.rebuild;

/**
 * What an operator agrees to.
 *
 * @param skipBadNodes go on without datanodes that gave no answer or a wrong one, and without manifests that can't be read
 * @param skipLostPartitions make partitions empty of which there is no replica
 * @param keepDropped tables that were dropped stay dropped; otherwise they serve again
 */
public record Options(boolean skipBadNodes, boolean skipLostPartitions, boolean keepDropped) {}
