package io.kintsugi.datanode.replica;

/** What applying an entry did; decided by the data store, alike in every replica (rule 6). */
public enum ApplyResult {
    APPLIED,
    /** The client's (id, sequence) was applied before: not done again, answered as it was then. */
    DUPLICATE,
    /** The client is forgotten, so a retry can't be told apart from a new write: nothing done. */
    SESSION_EXPIRED
}
