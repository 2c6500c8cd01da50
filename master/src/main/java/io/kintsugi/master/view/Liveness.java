package io.kintsugi.master.view;

/** What the leader holds of a datanode's life. */
public enum Liveness {
    /** Not judged yet: this leader hasn't heard enough to tell the dead from those that have still to find it. */
    UNKNOWN,
    ALIVE,
    DEAD
}
