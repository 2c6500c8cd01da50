package io.kintsugi.master.view;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What differs between two states: a value changed, came or went. Rows that didn't change are the same objects in both, so comparing is
 * by identity.
 */
public record ViewDiff(
        List<Change<Partition>> partitions,
        List<Change<Op>> ops,
        List<Change<Node>> nodes,
        List<Change<Disk>> disks,
        List<Change<Table>> tables,
        boolean settings) {
    /** Either may be null: new, or removed. */
    public record Change<T>(T old, T now) {}

    public static ViewDiff between(ClusterView old, ClusterView now) {
        return new ViewDiff(
                changes(old.partitions().values(), now.partitions().values(), Partition::id),
                changes(old.ops(), now.ops(), Op::id),
                changes(old.nodes(), now.nodes(), Node::id),
                changes(old.disks(), now.disks(), Disk::id),
                changes(old.tables(), now.tables(), Table::id),
                !old.settings().equals(now.settings()));
    }

    private static <T> List<Change<T>> changes(Collection<T> old, Collection<T> now, ToLongFunction<T> id) {
        List<Change<T>> result = new ArrayList<>();
        if (old == now) {
            return result;
        }
        Map<Long, T> before = new HashMap<>();
        old.forEach(v -> before.put(id.applyAsLong(v), v));
        for (T value : now) {
            T earlier = before.remove(id.applyAsLong(value));
            if (earlier != value) {
                result.add(new Change<>(earlier, value));
            }
        }
        before.values().forEach(v -> result.add(new Change<>(v, null)));
        return result;
    }
}
