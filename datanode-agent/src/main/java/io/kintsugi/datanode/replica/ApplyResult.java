package io.kintsugi.datanode.replica;

/** What applying an entry did; decided by the data store, alike in every replica (rule 6). */
public enum ApplyResult {
    APPLIED,
    /** The client's (id, sequence) was applied before: not done again, answered as it was then. */
    DUPLICATE,
    /** A put whose condition didn't hold: nothing done, and no retry of it will do anything. */
    REFUSED,
    /** A retry of one that was {@link #REFUSED}. */
    REFUSED_BEFORE,
    /** The client is forgotten, so a retry can't be told apart from a new write: nothing done. */
    SESSION_EXPIRED
}
