package io.kintsugi.master.rebuild;

import io.kintsugi.master.state.InitialState;

/** Where a recovery's result goes: this master, which must be without a store. */
public interface NewGroup {
    /**
     * This master neither founds nor joins a group until {@link #release}.
     *
     * @throws io.kintsugi.master.consensus.ConsensusException ERR_SERVICE_ALREADY_RUNNING: there is a group; or RECOVERY_RUNNING
     */
    void claim();

    void release();

    /** Makes a group of this master alone that begins with this state. When it returns, the group is durable; its election follows. */
    void begin(InitialState state);
}
