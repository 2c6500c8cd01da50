package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** One name, one table: of several that serve under a name the greatest id keeps it. */
final class TableNames {
    /** As for names that people give. */
    private static final int MAX = 63;

    private TableNames() {}

    /** The others are named {@code {name}-{id}}, repeated until that is free; a long name gives up its end for it. */
    static void unique(TreeMap<Integer, Table> tables, List<Hint> hints) {
        Set<String> taken = new HashSet<>();
        for (int id : List.copyOf(tables.descendingKeySet())) {
            Table t = tables.get(id);
            if (t.state() == TableState.DROPPED) {
                continue; // a dropped table's name is free
            }
            String name = t.name();
            for (String suffix = "-" + id; !taken.add(name); suffix += "-" + id) {
                name = t.name()
                                .substring(
                                        0,
                                        Math.clamp(
                                                MAX - suffix.length(),
                                                0,
                                                t.name().length()))
                        + suffix;
            }
            if (!name.equals(t.name())) {
                tables.put(id, copy(t, name, t.state(), t.droppedAt()));
                hints.add(Hint.warning(
                        "TABLE_RENAMED",
                        "app(" + id + ")'s old name(" + t.name() + ") is conflict with others, rename it to (" + name
                                + ")"));
            }
        }
    }

    static Table copy(Table t, String name, TableState state, long droppedAt) {
        return new Table(
                t.id(),
                name,
                t.partitions(),
                t.replicas(),
                t.minInSync(),
                t.hash(),
                state,
                t.createdAt(),
                droppedAt,
                t.owner(),
                t.capacityGb(),
                t.ttlMs());
    }
}
