package io.kintsugi.datanode.replica;

/**
 * Bugs that can be planted, for tests only: each leaves out or breaks one rule, and the simulator must find it. The names are those
 * of the checked model of the rules. {@link #NONE} outside tests.
 */
public enum Mutation {
    NONE,
    /** While a grow is open only the granted set must acknowledge. */
    ONE_SET,
    /** Grow looks at the commit index alone, which a new primary doesn't know yet. */
    GROW_NO_FLOOR,
    /** The catch-up check is one entry old when the grow is proposed. */
    GROW_NEARLY,
    /** A new primary proposes a grow while a grant of its own still runs: who is grown in may be elected, and never granted anything. */
    LEASE_GROW,
    /** While a grow is open the proposed member's grant isn't needed. */
    LEASE_ONE_SET,
    /** The smaller set counts from the proposal on. */
    SHRINK_EARLY,
    /** A refusal ends the both-sets rule. */
    REFUSAL_IS_FINAL,
    /** A restarted primary goes on in its epoch. */
    RESUME,
    /** Appends of a lower epoch are taken. */
    NO_FENCE,
    /** The primary counts itself before its own sync. */
    SELF_UNSYNCED,
    /** Members acknowledge before their sync. */
    ACK_UNSYNCED,
    /** Acknowledgements outlive the epoch in which they were given. */
    LATE_ACK,
    /** A member acknowledges the end of its log. */
    ACK_BY_LENGTH,
    /** A member takes the commit index up to the end of its log. */
    COMMIT_BY_LENGTH,
    /** Entries are applied when they are synced. */
    APPLY_EARLY,
    /** No check of the entry before. */
    NO_PREV,
    /** The log is cut where a message ends. */
    TRUNCATE_ALWAYS,
    /** Differing entries are overwritten, the tail stays. */
    NO_TRUNCATE,
    /** The elected commits while a grant of its own still runs. */
    LEASE_NO_WAIT,
    /** A restarted granter forgets its grants. */
    LEASE_FORGET,
    /** One member's grant is enough. */
    LEASE_ANY,
    /** The holder counts from the arrival of the acknowledgement. */
    LEASE_FROM_ACK,
    /** A new primary reads before its inherited log is committed. */
    READ_EARLY,
    /** A majority confirms a read on demand. */
    READ_MAJORITY,
    /** A late checkpoint replaces a log that has gone beyond it. */
    INSTALL_DROPS,
    /** A checkpoint doesn't bring its source's epoch along. */
    INSTALL_OLD_EPOCH,
    /** Who needs freed log isn't seeded anew. */
    NO_RESEED
}
