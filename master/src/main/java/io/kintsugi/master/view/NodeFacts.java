package io.kintsugi.master.view;

/**
 * What the leader knows of a datanode by its stream.
 *
 * @param connected a stream is open and welcomed
 * @param complete its full report of this stream is in: what it doesn't list isn't there
 * @param heardNanos when its last message came
 * @param sinceNanos since when it has this liveness
 */
public record NodeFacts(
        int node, Liveness liveness, boolean connected, boolean complete, long heardNanos, long sinceNanos) {
    public boolean alive() {
        return liveness == Liveness.ALIVE;
    }
}
