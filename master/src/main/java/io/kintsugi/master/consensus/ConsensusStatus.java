package io.kintsugi.master.consensus;

import java.util.List;

/**
 * How a member sees its group.
 *
 * @param state what this master is ready for
 * @param clusterId "" without a store
 * @param leader name of the leader, "" if unknown
 * @param peers the group's configuration, empty without a store
 */
public record ConsensusStatus(
        State state,
        String name,
        String clusterId,
        long generation,
        long term,
        String leader,
        boolean leading,
        long appliedIndex,
        List<Peer> peers,
        boolean digestOk,
        String failure) {

    /** What a master is ready for. */
    public enum State {
        /** No store here, and none at any other master. */
        UNINITIALIZED("uninitialized"),
        /** No store here, and none at any other master: waits for a recovery of the metadata, or carries one out. */
        UNDER_RECOVERY("under-recovery"),
        /** No store here, but elsewhere, or not known yet: is to be seeded by the leader. */
        WAITING_FOR_SEED("waiting-for-seed"),
        /** A member of a group that has no leader, as far as it knows. */
        NO_LEADER("no-leader"),
        READY("ready"),
        /** It stopped: see {@link ConsensusStatus#failure}. */
        FAILED("failed");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** {@code leader}, {@code follower}, {@code joining} (it is seeded, and no member yet: the group can't do with it) or {@code none}. */
    public String role() {
        return role(!peers.isEmpty(), leading, state.text());
    }

    /** The same of another master. @param store whether it has one @param state as {@link State#text} has it */
    public static String role(boolean store, boolean leading, String state) {
        if (!store) {
            return "none";
        }
        if (leading) {
            return "leader";
        }
        return state.equals(State.WAITING_FOR_SEED.text()) ? "joining" : "follower";
    }
}
