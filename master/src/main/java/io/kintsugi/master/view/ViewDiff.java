package io.kintsugi.master.view;

import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.Touched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What differs between two states: a value changed, came or went. Rows that didn't change are the same objects in both.
 *
 * @param settings what drivers are told to do differs: a setting, or the brake
 */
public record ViewDiff(
        List<Change<Node>> nodes,
        List<Change<Disk>> disks,
        List<Change<Table>> tables,
        List<Change<Partition>> partitions,
        List<Change<Op>> ops,
        boolean settings) {
    /** Either may be null: new, or removed. */
    public record Change<T>(T old, T now) {}

    /** Looks at what the entry between the two touched; when there is more than one entry between them, at everything. */
    public static ViewDiff between(ClusterView old, ClusterView now) {
        Touched t = now.touched().version() == old.touched().version() + 1 ? now.touched() : everything(old, now);
        return new ViewDiff(
                changes(t.nodes(), old::node, now::node),
                changes(t.disks(), old::disk, now::disk),
                changes(t.tables(), old::table, now::table),
                changes(t.partitions(), old::partition, now::partition),
                changes(t.ops(), old::op, now::op),
                !old.settings().equals(now.settings()) || !brake(old).equals(brake(now)));
    }

    private static Optional<Brake> brake(ClusterView of) {
        return of.cluster().map(Cluster::brake);
    }

    private static <K, T> List<Change<T>> changes(
            Set<K> ids, Function<K, Optional<T>> old, Function<K, Optional<T>> now) {
        List<Change<T>> changes = new ArrayList<>();
        for (K id : ids) {
            T before = old.apply(id).orElse(null);
            T after = now.apply(id).orElse(null);
            if (before != after) {
                changes.add(new Change<>(before, after));
            }
        }
        return changes;
    }

    private static Touched everything(ClusterView old, ClusterView now) {
        return new Touched(
                now.touched().version(),
                ids(old.nodes(), now.nodes(), Node::id),
                ids(old.disks(), now.disks(), Disk::id),
                ids(old.tables(), now.tables(), Table::id),
                ids(old.partitions().values(), now.partitions().values(), Partition::id),
                ids(old.ops(), now.ops(), Op::id));
    }

    private static <K, T> Set<K> ids(Collection<T> old, Collection<T> now, Function<T, K> id) {
        Set<K> ids = new TreeSet<>();
        old.forEach(v -> ids.add(id.apply(v)));
        now.forEach(v -> ids.add(id.apply(v)));
        return ids;
    }
}
