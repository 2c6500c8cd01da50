package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Mutation;

/** A bug planted in a run: in the replica's rules, or in what the simulation plays itself (the master, the disks). */
public record Bug(Mutation mutation, Rule rule) {
    public static final Bug NONE = new Bug(Mutation.NONE, Rule.NONE);

    /** Rules that the simulated master and datanodes can break. */
    public enum Rule {
        NONE,
        /** The stored epoch is not synced. */
        EPOCH_VOLATILE,
        /** A lost disk returns under its old id. */
        WIPE_SAME_ID,
        /** The master grants proposals that were made on an older epoch. */
        NO_CAS,
        /** A member that is not in-sync is elected. */
        ELECT_ANY,
        /** A primary that restarted is taken for alive and gets no new epoch. */
        NO_REELECT,
        /** The swap of a move does not look whether the destination is in-sync. */
        SWAP_EARLY,
        /** The source of a move is deleted before the swap. */
        DELETE_EARLY,
        /** A checkpoint holds more than what is committed. */
        CHECKPOINT_UNCOMMITTED
    }

    public static Bug named(String name) {
        for (Rule rule : Rule.values()) {
            if (rule.name().equals(name)) {
                return new Bug(Mutation.NONE, rule);
            }
        }
        return new Bug(Mutation.valueOf(name), Rule.NONE);
    }

    public String title() {
        return rule == Rule.NONE ? mutation.name() : rule.name();
    }

    boolean is(Rule broken) {
        return rule == broken;
    }
}
