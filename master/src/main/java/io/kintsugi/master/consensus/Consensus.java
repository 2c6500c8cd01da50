package io.kintsugi.master.consensus;

import io.kintsugi.master.port.Leadership;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.state.ClusterState;

/** The master group as the rest of the master sees it. */
public interface Consensus extends Leadership {
    Proposer proposer();

    /** The newest applied state; the empty one while there is no store. */
    ClusterState state();

    ConsensusStatus status();

    /** Hands leadership to the master of this name. @throws ConsensusException NOT_LEADER, or MEMBERSHIP_FAILED with why */
    void transferLeadership(String name);
}
