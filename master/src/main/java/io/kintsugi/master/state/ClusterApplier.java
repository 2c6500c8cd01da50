package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.InitCluster;
import io.kintsugi.master.model.Cluster;

/** The cluster's own row. */
final class ClusterApplier {
    private ClusterApplier() {}

    static long init(Transaction tx, InitCluster c) {
        tx.state().cluster().ifPresent(old -> {
            throw Refusal.of(
                    "CLUSTER_EXISTS", "this group already is the cluster %s: a cluster is initialised once", old.id());
        });
        Lookup.notEmpty("the cluster id", c.clusterId());
        Refusal.unless(c.generation() > 0, "BAD_GENERATION", "generation %d: it must be 1 or more", c.generation());
        tx.put(Schema.CLUSTER, Schema.CLUSTER_KEY, new Cluster(c.clusterId(), c.generation(), tx.now(), tx.now()));
        return 0;
    }
}
