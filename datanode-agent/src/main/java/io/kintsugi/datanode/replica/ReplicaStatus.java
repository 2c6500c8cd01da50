package io.kintsugi.datanode.replica;

/**
 * A snapshot for reports.
 *
 * @param epoch stored and synced (an epoch on its way to the disk isn't shown yet)
 * @param last last entry of the synced log
 * @param commitIndex as far as this replica knows
 * @param appliedIndex last entry that the data store holds
 * @param seeding a checkpoint is being downloaded or put in place
 * @param salvaged the replica on a broken disk whose data this one holds, all of it; 0: none
 * @param config as stored and synced; null: none yet
 * @param alarm why the replica stopped (rule 5); null: it didn't
 */
public record ReplicaStatus(
        long epoch,
        Config config,
        Role role,
        EntryId last,
        long commitIndex,
        long appliedIndex,
        boolean seeding,
        long salvaged,
        String alarm) {}
