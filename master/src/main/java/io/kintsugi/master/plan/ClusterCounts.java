package io.kintsugi.master.plan;

import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.balance.Layouts;
import io.kintsugi.master.plan.balance.Spread;
import io.kintsugi.master.view.View;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * What there is in the cluster and how much of it isn't well, as a leader sees it: for metrics, which alarms are made of.
 *
 * @param unavailableDisks broken or gone, by the masters' state
 * @param withoutPrimary partitions whose primary hasn't reported that it serves the newest epoch
 * @param underReplicated partitions with fewer in-sync replicas than they should have
 * @param differing partitions whose replicas don't hold the same
 * @param openOps that haven't ended
 * @param braked whether automatic work is stopped
 */
public record ClusterCounts(
        int datanodes,
        int deadDatanodes,
        int disks,
        int unavailableDisks,
        int partitions,
        int withoutPrimary,
        int underReplicated,
        int differing,
        int openOps,
        boolean braked,
        Spread spread) {
    /** Looks at everything there is: for who asks, not for a tick. */
    public static ClusterCounts of(View view) {
        Collection<Partition> partitions = view.cluster().partitions().values();
        return new ClusterCounts(
                view.cluster().nodes().size(),
                count(view.cluster().nodes(), n -> view.reports().dead(n.id())),
                view.cluster().disks().size(),
                count(view.cluster().disks(), d -> d.status() == DiskStatus.UNAVAILABLE),
                partitions.size(),
                count(partitions, p -> !view.served(p)),
                count(partitions, p -> p.inSync().size() < p.target()),
                count(partitions, p -> Comparison.of(view, p).isPresent()),
                view.cluster().openOps().size(),
                view.cluster()
                        .cluster()
                        .map(Cluster::brake)
                        .filter(Brake::engaged)
                        .isPresent(),
                Layouts.of(view).spread());
    }

    private static <T> int count(Collection<T> all, Predicate<T> which) {
        return (int) all.stream().filter(which).count();
    }
}
