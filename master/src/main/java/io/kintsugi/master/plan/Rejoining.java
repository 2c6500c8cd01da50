package io.kintsugi.master.plan;

import io.kintsugi.master.model.Absence;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** What a member's return to service waits for. */
final class Rejoining {
    private Rejoining() {}

    static Reason reason(View view, Op op) {
        Absence a = op.absence();
        Partition p = view.cluster().partition(a.partition()).orElse(null);
        Member m = p == null ? null : p.member(a.replica()).orElse(null);
        if (m == null) {
            return Reason.of("REPLACED", "it is no member any more");
        }
        String where = "the replica on " + view.diskName(m.disk());
        if (view.reports().dead(m.node())) {
            return Reason.of("MEMBER_DEAD", where + ": its datanode is dead; start it");
        }
        if (!view.diskWorks(m.disk())) {
            return Reason.of(
                    "MEMBER_DISK_BROKEN", where + ": the disk is broken or gone; disk decommission replaces it");
        }
        Optional<ReplicaFacts> broken = view.reports().replica(m.replica()).filter(ReplicaFacts::broken);
        if (broken.isPresent()) {
            return Reason.of("MEMBER_LOST", where + " is " + broken.get().state() + ": it is to be replaced");
        }
        if (!view.served(p)) {
            return Reason.of(
                    "NO_PRIMARY",
                    view.partitionName(p) + " has no primary to catch up with: partition explain says why");
        }
        return Reason.of("CATCHING_UP", where + " catches up");
    }
}
