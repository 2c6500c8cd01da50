package io.kintsugi.master.view;

/**
 * How far a joining replica has come, by its reports, and since when it has come no further. A copy that begins anew has lost its way, not its
 * right to be waited for: a source may die. One that begins anew ever again comes on only where it gets further than it ever was; otherwise a copy
 * that can't end would count as one that goes on for ever.
 *
 * @param epoch of its stored configuration
 * @param lastIndex of its log
 * @param doneBytes of the copy under way, the most that counted
 * @param restarts of copies since epoch or log last advanced
 * @param atNanos when it last came further, by this master's clock
 */
record Advance(long epoch, long lastIndex, long doneBytes, int restarts, long atNanos) {
    /** As many as there may be sources, and one more. */
    private static final int RESTARTS = 3;

    static Advance first(ReplicaFacts facts, long nowNanos) {
        return new Advance(facts.epoch(), facts.lastIndex(), facts.seedDoneBytes(), 0, nowNanos);
    }

    Advance then(ReplicaFacts facts, long nowNanos) {
        if (facts.epoch() > epoch || facts.lastIndex() > lastIndex) {
            return first(facts, nowNanos);
        }
        long done = facts.seedDoneBytes();
        if (done > doneBytes) {
            return new Advance(epoch, lastIndex, done, restarts, nowNanos);
        }
        boolean anew = done < doneBytes && restarts < RESTARTS;
        return anew ? new Advance(epoch, lastIndex, done, restarts + 1, atNanos) : this;
    }
}
