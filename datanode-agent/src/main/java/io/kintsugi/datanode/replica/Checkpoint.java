package io.kintsugi.datanode.replica;

/**
 * A copy of the applied state of a replica, downloaded and synced, not yet in place.
 *
 * @param last the last entry whose effect it holds; committed, since only committed entries are applied
 * @param sourceConfig configuration that the source had stored when it took the checkpoint (rule 8: a higher epoch is adopted)
 */
public record Checkpoint(EntryId last, Config sourceConfig) {}
