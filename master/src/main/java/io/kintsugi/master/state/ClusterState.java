package io.kintsugi.master.state;

import io.kintsugi.master.model.ClusterView;

/** The state after one entry of the log. */
public interface ClusterState extends ClusterView {
    /** Sum over hashes of every stored row: equal states have equal digests. */
    long digest();
}
