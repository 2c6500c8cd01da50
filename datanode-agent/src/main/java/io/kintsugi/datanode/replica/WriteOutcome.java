package io.kintsugi.datanode.replica;

/** How a client's write ended; each is the {@code KvStatus} of the same name. */
public enum WriteOutcome {
    OK,
    /** Not written here: ask the master where the primary is. */
    NOT_PRIMARY,
    /** Not written: too much is open already. Retry. */
    NOT_READY,
    /** It may yet commit: retry with the same sequence. */
    UNKNOWN,
    /** Refused: nothing written. */
    BELOW_MIN_IN_SYNC,
    /** The retry came too late to be told apart from a new write; nothing written by it. */
    SESSION_EXPIRED,
    /** Refused for good: its condition doesn't hold. {@link Effects#replyRefused} says so. */
    CONDITION_FAILED
}
