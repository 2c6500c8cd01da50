package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import java.util.Optional;

/**
 * What another primary by an operator's word would be. As the API shows it. Only one that is in-sync can take over: it holds every acknowledged
 * write, so nothing is ever lost by it.
 *
 * @param from where the primary is, or null
 * @param to where it is then, {@code d2:/data/1}; null when it can't be
 * @param changes whether it isn't there already
 * @param reason why it can't be, or ""
 */
public record PrimaryChange(
        String partition, boolean possible, String from, String to, boolean changes, String reason, String message) {
    /** @param wanted who is to take over; empty: whoever is best among the others */
    public static PrimaryChange of(View view, Partition p, Optional<Member> wanted) {
        Optional<Member> to = wanted.or(() -> Elections.candidate(view, p, p.primary()));
        Reason no = obstacle(view, p, to);
        return new PrimaryChange(
                view.partitionName(p),
                no == null,
                p.member(p.primary()).map(m -> view.diskName(m.disk())).orElse(null),
                no == null ? view.diskName(to.orElseThrow().disk()) : null,
                no == null && to.orElseThrow().replica() != p.primary(),
                no == null ? "" : no.code(),
                no == null ? "" : no.message());
    }

    private static Reason obstacle(View view, Partition p, Optional<Member> to) {
        if (HigherEpoch.holds(view, p)) {
            return Reason.of(HigherEpoch.CODE, "a replica has stored an epoch above the masters': nothing is touched");
        }
        if (to.isEmpty()) {
            return Reason.of(
                    "NO_OTHER_PRIMARY",
                    "no in-sync replica of " + view.partitionName(p)
                            + " but the primary works now: wait until one has caught up");
        }
        String where = "the replica on " + view.diskName(to.get().disk());
        if (!p.isInSync(to.get().replica())) {
            return Reason.of(
                    "NOT_IN_SYNC",
                    where
                            + " isn't in-sync: as primary it would lose acknowledged writes; wait until it has caught up");
        }
        return view.able(to.get())
                ? null
                : Reason.of(
                        "REPLICA_AWAY",
                        where + " isn't reported as working: start its datanode, or name another in-sync one");
    }
}
