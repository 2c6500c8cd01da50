package io.kintsugi.sim.master;

/**
 * Times in nanoseconds, and how much of the log is kept.
 *
 * @param electionMin how long nobody leads before the first tries
 * @param electionMax the longest
 * @param syncMax the longest that a log takes to be synced
 * @param retry after so long a lost message is sent again
 * @param snapshotEntries a member flushes its store after so many entries
 * @param keptEntries so many are kept in the log beyond that
 */
public record RaftTiming(
        long electionMin, long electionMax, long syncMax, long retry, int snapshotEntries, int keptEntries) {
    public static final RaftTiming USUAL = new RaftTiming(500_000_000, 1_000_000_000, 3_000_000, 50_000_000, 200, 100);
}
