package io.kintsugi.datanode.replica;

import java.util.List;

/**
 * A primary asks the master for another in-sync set (rule 10). Mirrors {@code InSyncProposal}.
 *
 * @param epoch that it builds on: granted only as this epoch's one successor
 * @param inSync ids, ascending
 * @param requestId the same for every retry, different for every other proposal
 */
public record Proposal(int partition, long replica, long epoch, List<Long> inSync, String requestId) {}
