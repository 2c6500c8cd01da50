package io.kintsugi.sim.master;

/**
 * An entry of the Raft log.
 *
 * @param proposer which member proposed it, and in which life; "" for Raft's own, the first of each term
 * @param call the proposer's number for it
 * @param data null for Raft's own
 */
record LogEntry(long term, String proposer, long call, byte[] data) {
    static LogEntry first(long term) {
        return new LogEntry(term, "", 0, null);
    }
}
