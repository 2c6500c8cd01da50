package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    public static RecoveryPlan of(View view, Partition p) {
        List<Survivor> survivors = Survivor.of(view, p);
        List<String> unreached = new ArrayList<>();
        p.all().forEach(m -> unreached(view, p, m).ifPresent(unreached::add));
        Survivor best = survivors.isEmpty() ? null : survivors.getFirst();
        String name = view.partitionName(p);
        if (!view.reports().judging()) {
            return new RecoveryPlan(name, WAITS, null, "", survivors, unreached, List.of(), Survey.notJudging());
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
        List<String> removed = p.all().stream()
                .filter(m -> m.replica() != best.replica())
                .map(m -> view.diskName(m.disk()))
                .toList();
        return new RecoveryPlan(name, CHOOSES, best, loss(view, p, best), survivors, unreached, removed, null);
    }

    /** One sentence of what it does and what that costs, as the op keeps it. */
    public String told() {
        return "went on with the replica on " + survivor.place() + " alone: " + loss
                + (unreached.isEmpty() ? "" : "; the fence did not reach " + String.join(", ", unreached))
                + (removed.isEmpty() ? "" : "; kept as backups once they are there: " + String.join(", ", removed));
    }

    private static Optional<String> unreached(View view, Partition p, Member m) {
        String who = view.diskName(m.disk()) + (p.isInSync(m.replica()) ? " (in-sync)" : "");
        if (!view.reports().alive(m.node())) {
            return Optional.of(who + ": its datanode is dead, or only cut off from the masters");
        }
        if (!view.diskWorks(m.disk())) {
            return Optional.of(who + ": its disk is broken or gone");
        }
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        return facts.isEmpty()
                ? Optional.of(who + ": its replica isn't there")
                : facts.filter(ReplicaFacts::broken)
                        .map(f -> who + ": its replica is " + f.state()
                                + (f.detail().isEmpty() ? "" : " (" + f.detail() + ")"));
    }

    private static Reason nobody(View view, Partition p) {
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
