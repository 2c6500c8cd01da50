package io.kintsugi.master.port;

import io.kintsugi.master.model.ClusterView;

/**
 * What consensus tells the rest of the master. Calls come from one thread at a time, in order, and return at once: a new state is published
 * before the outcomes of its entry are given to their proposers.
 */
public interface LeaderListener {
    /** This master leads and has applied its term's first entry: {@code view} holds all that was ever committed. */
    void leaderReady(long term, ClusterView view);

    /** It doesn't lead any more, or isn't sure. Safe to call when it never did. */
    void leaderLost();

    /** The state after an entry; called on followers too. */
    void published(ClusterView view);
}
