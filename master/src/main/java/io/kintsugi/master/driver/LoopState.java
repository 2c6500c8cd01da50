package io.kintsugi.master.driver;

import io.kintsugi.master.model.ClusterView;

/** What the loop holds at this moment, for those of its parts that messages wake between steps. */
interface LoopState {
    ClusterView cluster();

    /** What the next step is to look at. */
    Dirty dirty();

    long term();

    long nowNanos();
}
