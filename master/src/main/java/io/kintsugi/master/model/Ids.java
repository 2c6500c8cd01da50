package io.kintsugi.master.model;

/** The highest id of each kind that is known to have been given out; 0: none. */
public record Ids(int node, int disk, int table, int partition, long replica, long op, int nodeset, long request) {
    public static final Ids NONE = new Ids(0, 0, 0, 0, 0, 0, 0, 0);

    public Ids max(Ids other) {
        return new Ids(
                Math.max(node, other.node),
                Math.max(disk, other.disk),
                Math.max(table, other.table),
                Math.max(partition, other.partition),
                Math.max(replica, other.replica),
                Math.max(op, other.op),
                Math.max(nodeset, other.nodeset),
                Math.max(request, other.request));
    }

    /** Whether so many more of each kind can be given out twice over: only damage makes ids so high that they can't. */
    public boolean leaves(int gap) {
        int highest = Math.max(Math.max(node, disk), Math.max(Math.max(table, partition), nodeset));
        return highest < Integer.MAX_VALUE - 2 * gap && Math.max(replica, Math.max(op, request)) < Long.MAX_VALUE / 2;
    }

    /** The same after so many more of each kind. */
    public Ids plus(int gap) {
        return new Ids(
                node + gap,
                disk + gap,
                table + gap,
                partition + gap,
                replica + gap,
                op + gap,
                nodeset + gap,
                request + gap);
    }

    public Ids withReplica(long id) {
        return new Ids(node, disk, table, partition, id, op, nodeset, request);
    }

    public Ids withPartition(int id) {
        return new Ids(node, disk, table, id, replica, op, nodeset, request);
    }
}
