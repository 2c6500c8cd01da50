package io.kintsugi.master.plan;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the recovery of all data would do now, partition by partition, and what may be lost by it.
 *
 * @param autoFailover whether automatic failover is on, or comes on again when the recovery that goes on ends
 * @param op the recovery of all data that goes on; null for none
 * @param partitions those with which something is to be done or waited for: what may be lost first, then who waits
 */
public record RescuePlan(boolean autoFailover, Long op, Counts counts, List<Row> partitions) {
    /** Serves, and who can be is in-sync: nothing is to be done. */
    public static final String HEALTHY = "Healthy";
    /** Serves; members that are out of service come back. */
    public static final String LETS_IN = "LetsIn";
    /** An in-sync replica is there and becomes primary: nothing is lost. */
    public static final String ELECTS = "Elects";
    /** Only replicas that aren't in-sync are there: the best goes on if the operator agrees, and something may be lost. */
    public static final String CHOOSES = "Chooses";
    /** Nothing can be done before something is back. */
    public static final String WAITS = "Waits";

    private static final List<String> ORDER = List.of(CHOOSES, WAITS, ELECTS, LETS_IN, HEALTHY);

    /** Of all partitions that aren't given up or dropped. */
    public record Counts(int total, int healthy, int letsIn, int elects, int chooses, int waits) {}

    /**
     * @param outcome one of this class's words
     * @param with the disk of the replica that becomes primary, or ""
     * @param loss what may be lost, in words; "" for nothing
     * @param awaited replicas that can't be had now: brought back, they would serve, or lose less
     * @param backups disks with replicas of it that were set aside: node backups restores one
     * @param letIn disks of members that come back into service
     * @param reason code of why it waits, or ""
     */
    public record Row(
            String partition,
            int id,
            String outcome,
            String with,
            String loss,
            List<String> awaited,
            List<String> backups,
            List<String> letIn,
            String reason,
            String message) {}

    public static RescuePlan of(View view) {
        List<Row> rows = RescueSteps.partitions(view).map(p -> row(view, p)).toList();
        Counts counts = new Counts(
                rows.size(),
                count(rows, HEALTHY),
                count(rows, LETS_IN),
                count(rows, ELECTS),
                count(rows, CHOOSES),
                count(rows, WAITS));
        List<Row> shown = rows.stream()
                .filter(row -> !row.outcome().equals(HEALTHY))
                .sorted(Comparator.comparingInt((Row row) -> ORDER.indexOf(row.outcome()))
                        .thenComparing(Row::id))
                .toList();
        return view.cluster()
                .openRescue()
                .map(op -> new RescuePlan(op.rescue().autoFailover(), op.id(), counts, shown))
                .orElseGet(() -> new RescuePlan(AutoFailover.on(view), null, counts, shown));
    }

    private static int count(List<Row> rows, String outcome) {
        return (int) rows.stream().filter(row -> row.outcome().equals(outcome)).count();
    }

    /** One partition. */
    static Row row(View view, Partition p) {
        List<String> letIn = RescueSteps.out(view, p).stream()
                .map(m -> view.diskName(m.disk()))
                .toList();
        RecoveryPlan plan = RecoveryPlan.of(view, p);
        if (HigherEpoch.holds(view, p)) {
            return waits(
                    view,
                    p,
                    plan,
                    HigherEpoch.CODE,
                    "a replica has stored an epoch above the masters': nothing is touched");
        }
        return switch (plan.outcome()) {
            case RecoveryPlan.NOT_NEEDED ->
                new Row(
                        plan.partition(),
                        p.id(),
                        letIn.isEmpty() ? HEALTHY : LETS_IN,
                        "",
                        "",
                        List.of(),
                        List.of(),
                        letIn,
                        "",
                        "");
            case RecoveryPlan.ELECTS ->
                new Row(
                        plan.partition(),
                        p.id(),
                        ELECTS,
                        plan.survivor().place(),
                        "",
                        plan.unreached(),
                        List.of(),
                        letIn,
                        "",
                        "");
            case RecoveryPlan.CHOOSES ->
                new Row(
                        plan.partition(),
                        p.id(),
                        CHOOSES,
                        plan.survivor().place(),
                        plan.loss(),
                        Unreached.better(view, p, plan.survivor()),
                        backups(view, p),
                        List.of(),
                        "",
                        "");
            default -> waits(view, p, plan, plan.reason().code(), plan.reason().message());
        };
    }

    private static Row waits(View view, Partition p, RecoveryPlan plan, String code, String message) {
        return new Row(
                plan.partition(), p.id(), WAITS, "", "", plan.unreached(), backups(view, p), List.of(), code, message);
    }

    private static List<String> backups(View view, Partition p) {
        List<String> places = new ArrayList<>();
        view.cluster().nodes().stream()
                .flatMap(node -> view.reports().backups(node.id()).stream())
                .filter(b -> b.partition() == p.id())
                .forEach(b -> places.add(view.diskName(b.disk()) + " (replica " + b.replica() + ", to entry "
                        + b.lastEpoch() + ":" + b.lastIndex() + ")"));
        return places;
    }

    /** Those that may lose something: what the operator is to agree to. */
    public Stream<Row> choices() {
        return partitions.stream().filter(row -> Objects.equals(row.outcome(), CHOOSES));
    }
}
