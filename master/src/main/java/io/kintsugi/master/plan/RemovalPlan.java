package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Removal;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.View;
import java.util.Optional;

/**
 * What taking a replica out would do now. As the API shows it.
 *
 * @param replica {@code d2:/data/1}
 * @param newTarget how many members the partition is to have then
 * @param newPrimary where the primary is then, or null
 * @param reason why it can't be, or ""
 */
public record RemovalPlan(
        String partition,
        String replica,
        boolean possible,
        int target,
        int newTarget,
        int inSyncNow,
        int inSyncThen,
        String newPrimary,
        String reason,
        String message) {
    public static RemovalPlan of(View view, Partition p, Member member, boolean lower) {
        int minInSync = view.cluster().table(p.table()).map(t -> t.minInSync()).orElse(1);
        Removal removal = Removal.of(p, member.replica(), lower, minInSync);
        Reason no = removal.possible() ? obstacle(view, p, member) : Reason.of(removal.reason(), removal.message());
        long primary = p.primary() == member.replica() ? heir(view, p, member) : p.primary();
        return new RemovalPlan(
                view.partitionName(p),
                view.diskName(member.disk()),
                no == null,
                p.target(),
                removal.target(),
                p.inSync().size(),
                removal.inSync().size(),
                p.member(primary).map(m -> view.diskName(m.disk())).orElse(null),
                no == null ? "" : no.code(),
                no == null ? "" : no.message());
    }

    private static Reason obstacle(View view, Partition p, Member member) {
        if (p.mutex() != RestoreMutex.STOP) {
            return Reason.of("PARTITION_BUSY", "op " + p.mutexOp() + " owns it: wait for its end, or cancel it");
        }
        if (p.primary() == member.replica() && heir(view, p, member) == 0) {
            return Reason.of("NO_OTHER_PRIMARY", "it is the primary, and no other in-sync replica works now: wait");
        }
        return onlyHope(view, p, member).orElse(null);
    }

    /** No in-sync replica works: those that are in-sync may be lost, and this one all that is left, in-sync or not. */
    public static Optional<Reason> onlyHope(View view, Partition p, Member member) {
        return Elections.candidate(view, p, member.replica()).isPresent()
                ? Optional.empty()
                : Optional.of(
                        Reason.of(
                                "NO_OTHER_COPY",
                                "no in-sync replica of " + view.partitionName(p)
                                        + " but this one works now, so it may be all that is left: bring the others back, or recover the partition"));
    }

    /** Who takes over from a primary that goes: the best of the others that are in-sync and work; 0 for nobody. */
    public static long heir(View view, Partition p, Member member) {
        return p.primary() == member.replica()
                ? Elections.candidate(view, p, member.replica())
                        .map(Member::replica)
                        .orElse(0L)
                : 0;
    }
}
