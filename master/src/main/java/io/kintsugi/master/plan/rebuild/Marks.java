package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.TreeSet;

/** The highest ids and the datanodes that are named anywhere. */
final class Marks {
    final TreeSet<Integer> nodes = new TreeSet<>();
    private Ids given = Ids.NONE;
    private int disk;
    private int table;
    private int partition;
    private long replica;

    void see(Ids ids) {
        given = given.max(ids);
    }

    void table(int id) {
        table = Math.max(table, id);
    }

    void disk(int id) {
        disk = Math.max(disk, id);
    }

    void replica(long id) {
        replica = Math.max(replica, id);
    }

    void partition(Partition p) {
        table(p.table());
        partition = Math.max(partition, p.id());
        replica(Math.max(p.primary(), p.leaving()));
        p.members().forEach(this::member);
        if (p.joining() != null) {
            member(p.joining());
        }
        p.inSync().forEach(this::replica);
    }

    private void member(Member m) {
        nodes.add(m.node());
        disk(m.disk());
        replica(m.replica());
    }

    Ids ids() {
        int node = nodes.isEmpty() ? 0 : nodes.last();
        return given.max(new Ids(node, disk, table, partition, replica, 0, 0, 0));
    }
}
