package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;

/**
 * What a forced recovery of a partition does, or would do now; the driver and the dry run ask the same.
 *
 * @param partition {@code orders.3}
 * @param outcome {@link #NOT_NEEDED}, {@link #ELECTS}, {@link #CHOOSES} or {@link #WAITS}
 * @param survivor who is elected or chosen, or null
 * @param loss what may be lost; "" for nothing
 * @param survivors whom it can go on with, the best first
 * @param unreached whom the fence doesn't reach: until they hear of it, they may go on answering as before
 * @param removed whose files go to the backup, now or when they come back
 * @param reason why it waits, or null
 */
public record RecoveryPlan(
        String partition,
        String outcome,
        Survivor survivor,
        String loss,
        List<Survivor> survivors,
        List<String> unreached,
        List<String> removed,
        Reason reason) {
    /** Its primary serves: there is nothing to recover. */
    public static final String NOT_NEEDED = "NotNeeded";
    /** An in-sync replica is there: it becomes primary, and nothing is lost. */
    public static final String ELECTS = "Elects";
    /** Nobody in-sync is there: the best of the others becomes all that there is. */
    public static final String CHOOSES = "Chooses";
    /** Nobody can be chosen, or not yet. */
    public static final String WAITS = "Waits";

    /** With the best of those that are there. */
    public static RecoveryPlan of(View view, Partition p) {
        return of(view, p, RecoveryWish.NONE);
    }

    public static RecoveryPlan of(View view, Partition p, RecoveryWish wish) {
        List<Survivor> survivors = Survivor.of(view, p);
        List<String> unreached = new ArrayList<>();
        p.all().forEach(m -> Unreached.why(view, p, m).ifPresent(unreached::add));
        Survivor best = survivors.isEmpty() ? null : survivors.getFirst();
        String name = view.partitionName(p);
        if (!view.reports().judging()) {
            return new RecoveryPlan(name, WAITS, null, "", survivors, unreached, List.of(), Survey.notJudging());
        }
        if (HigherEpoch.holds(view, p)) {
            Reason above =
                    Reason.of(HigherEpoch.CODE, "a replica has stored an epoch above the masters': nothing is touched");
            return new RecoveryPlan(name, WAITS, null, "", survivors, unreached, List.of(), above);
        }
        if (view.served(p)) {
            return new RecoveryPlan(name, NOT_NEEDED, null, "", survivors, unreached, List.of(), null);
        }
        if (best != null && best.inSync()) {
            return new RecoveryPlan(name, ELECTS, best, "", survivors, unreached, List.of(), null);
        }
        if (best == null) {
            return new RecoveryPlan(name, WAITS, null, "", survivors, unreached, List.of(), nobody(view, p));
        }
        Survivor wished = wished(wish, survivors);
        if (wished == null) {
            return new RecoveryPlan(name, WAITS, null, "", survivors, unreached, List.of(), notThere(view, p, wish));
        }
        boolean passedOver = wish.insist() && better(best, wished);
        Survivor chosen = passedOver || !better(best, wished) ? wished : best;
        List<String> removed = p.all().stream()
                .filter(m -> m.replica() != chosen.replica())
                .map(m -> view.diskName(m.disk()))
                .toList();
        String loss = loss(view, p, chosen) + (passedOver ? passedOver(best) : "") + drained(view, p, chosen);
        return new RecoveryPlan(name, CHOOSES, chosen, loss, survivors, unreached, removed, null);
    }

    /** Who may hold more, and lies where nothing may. */
    private static String drained(View view, Partition p, Survivor chosen) {
        List<String> better = Drained.better(view, p, chosen);
        return better.isEmpty() ? "" : "; not chosen, though it may hold more: " + String.join("; ", better);
    }

    /** Null when the one that is asked for isn't there. */
    private static Survivor wished(RecoveryWish wish, List<Survivor> survivors) {
        return survivors.stream()
                .filter(s -> wish.survivor() == 0 || s.replica() == wish.survivor())
                .findFirst()
                .orElse(null);
    }

    /** Whether it may hold something that the other lacks. */
    private static boolean better(Survivor one, Survivor other) {
        return Survivor.WORTH.compare(one, other) > 0;
    }

    private static String passedOver(Survivor better) {
        return "; by the operator's word the better replica on " + better.place() + " is passed over, "
                + (better.leftEpoch() == Member.NEVER
                        ? "never seen in-sync"
                        : "which left at epoch " + better.leftEpoch())
                + " and ends at entry " + better.lastEpoch() + ":" + better.lastIndex();
    }

    private static Reason notThere(View view, Partition p, RecoveryWish wish) {
        return Drained.reason(view, p, wish.survivor()).orElseGet(() -> notReached(view, p, wish));
    }

    private static Reason notReached(View view, Partition p, RecoveryWish wish) {
        String place =
                p.member(wish.survivor()).map(m -> view.diskName(m.disk())).orElse("replica " + wish.survivor());
        return Reason.of(
                "SURVIVOR_NOT_REACHED",
                "the replica on " + place + ", with which " + view.partitionName(p)
                        + " is to go on, can't be had: bring it back, or cancel this and recover with another");
    }

    /** One sentence of what it does and what that costs, as the op keeps it. */
    public String told() {
        return "went on with the replica on " + survivor.place() + " alone: " + loss
                + (unreached.isEmpty() ? "" : "; the fence did not reach " + String.join(", ", unreached))
                + (removed.isEmpty() ? "" : "; kept as backups once they are there: " + String.join(", ", removed));
    }

    private static Reason nobody(View view, Partition p) {
        return Drained.reason(view, p, 0).orElseGet(() -> nowhere(view, p));
    }

    private static Reason nowhere(View view, Partition p) {
        List<String> places = p.all().stream().map(m -> view.diskName(m.disk())).toList();
        return Reason.of(
                "NO_SURVIVOR",
                "no replica of partition " + view.partitionName(p)
                        + " can be had: bring one of these back, or restore a backup of it (node backups): " + places);
    }

    /** What is acknowledged while a replica is in-sync, it has: so it lacks at most what came after it had left. */
    private static String loss(View view, Partition p, Survivor best) {
        String lost = best.leftEpoch() == Member.NEVER
                ? "it was never seen in-sync: any write may be lost, all that came after its entry " + best.lastIndex()
                        + " is"
                : "writes acknowledged since epoch " + best.leftEpoch() + ", when it left the in-sync set, may be lost";
        long furthest = p.inSync().stream()
                .flatMap(r -> view.reports().replica(r).stream())
                .mapToLong(ReplicaFacts::lastIndex)
                .max()
                .orElse(0);
        return furthest > best.lastIndex()
                ? lost + ": its log ends at entry " + best.lastIndex() + ", an in-sync one was heard of at " + furthest
                : lost;
    }
}
