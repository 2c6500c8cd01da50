package io.kintsugi.master.transport;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/** Members of partitions with what they are, or were when they went away. */
final class MemberRows {
    private MemberRows() {}

    /**
     * One member.
     *
     * @param role leader or follower; of one that is away, what it was when it went
     * @param alive in-sync, and not known to have failed
     * @param held out of service until somebody lets it in
     * @param offset index of the last entry in its log; null: it hasn't reported to this leader
     * @param records live ones, roughly; null: it didn't say
     * @param bytes of its data
     * @param ttlMs how long records live whose writer doesn't say, 0 for ever
     * @param compression of its data: none
     */
    record Row(
            String table,
            int tableId,
            int pid,
            String node,
            String path,
            String address,
            String role,
            boolean alive,
            boolean held,
            Long offset,
            Long records,
            Long bytes,
            long ttlMs,
            String compression) {}

    static List<Row> of(View view, Partition p) {
        return p.members().stream().map(m -> of(view, p, m)).toList();
    }

    private static Row of(View view, Partition p, Member m) {
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        boolean leads = p.primary() == m.replica() || p.away().led().contains(m.replica());
        return new Row(
                view.cluster().table(p.table()).map(t -> t.name()).orElse(""),
                p.table(),
                p.index(),
                view.nodeName(m.node()),
                view.cluster().disk(m.disk()).map(Disk::path).orElse(""),
                view.cluster().node(m.node()).map(n -> n.address()).orElse(""),
                leads ? "leader" : "follower",
                p.isInSync(m.replica()) && !view.failed(m) && !idle(p, m, facts),
                p.isHeld(m.replica()),
                facts.map(ReplicaFacts::lastIndex).orElse(null),
                facts.map(ReplicaFacts::records)
                        .filter(n -> n != ReplicaFacts.UNKNOWN)
                        .orElse(null),
                facts.map(ReplicaFacts::bytes).orElse(null),
                view.cluster().table(p.table()).map(t -> t.ttlMs()).orElse(0L),
                "none");
    }

    /** A primary that has restarted in its epoch serves nothing until it is put into office again. */
    private static boolean idle(Partition p, Member m, Optional<ReplicaFacts> facts) {
        return p.primary() == m.replica()
                && facts.filter(f -> f.role() == ReplicaFacts.Role.NONE && f.epoch() == p.epoch())
                        .isPresent();
    }
}
