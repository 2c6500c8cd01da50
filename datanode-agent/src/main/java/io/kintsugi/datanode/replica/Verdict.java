package io.kintsugi.datanode.replica;

/**
 * Whether a write with a condition is to be done, by all that its log holds before it.
 *
 * @param holds the condition does, and the request is new
 * @param known what the key holds instead is known: not so of a request that was decided before, whose entry only asks for the old answer
 * @param current what the key holds; null: nothing
 */
public record Verdict(boolean holds, boolean known, byte[] current) {
    /** Nothing was asked. */
    static final Verdict UNCONDITIONAL = new Verdict(true, false, null);
}
