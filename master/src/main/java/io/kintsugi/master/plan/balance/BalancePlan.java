package io.kintsugi.master.plan.balance;

import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What would be done until it is even, as things are: by the same steps as when it is done. As the API shows it.
 *
 * @param bytes that would be copied
 * @param complete whether there is nothing after the steps shown
 * @param untouched partitions that are left alone: not whole, or somebody is at work on them
 * @param reason why nothing of it is begun now, or ""
 */
public record BalancePlan(
        Spread before,
        Spread after,
        int handOvers,
        int moves,
        long bytes,
        boolean complete,
        int untouched,
        String reason,
        String message,
        List<Row> steps) {
    /** More are only counted by who asks again: a plan so long is done in days. */
    static final int MOST = 1_000;

    /** @param kind hand-over or move; {@code from} and {@code to}: datanodes of a hand-over, disks of a move */
    public record Row(String kind, String partition, String from, String to, long bytes, String why) {}

    public static BalancePlan of(View view) {
        Layout layout = Layouts.of(view);
        Spread before = layout.spread();
        List<Step> steps = rehearse(layout);
        int handOvers =
                (int) steps.stream().filter(Step.HandOver.class::isInstance).count();
        Optional<Reason> hold = BalanceGate.holds(view);
        return new BalancePlan(
                before,
                layout.spread(),
                handOvers,
                steps.size() - handOvers,
                steps.stream()
                        .mapToLong(s -> s instanceof Step.Move m ? m.bytes() : 0)
                        .sum(),
                steps.size() < MOST,
                layout.unsteady(),
                hold.map(Reason::code).orElse(""),
                hold.map(Reason::message).orElse(""),
                steps.stream().map(s -> row(view, s)).toList());
    }

    private static List<Step> rehearse(Layout layout) {
        List<Step> steps = new ArrayList<>();
        while (steps.size() < MOST) {
            Optional<? extends Step> next = layout.next();
            if (next.isEmpty()) {
                break;
            }
            steps.add(next.get());
        }
        return steps;
    }

    static Row row(View view, Step step) {
        String partition = view.cluster()
                .partition(step.partition())
                .map(view::partitionName)
                .orElse("?");
        return switch (step) {
            case Step.HandOver h ->
                new Row("hand-over", partition, view.nodeName(h.fromNode()), view.nodeName(h.toNode()), 0, h.why());
            case Step.Move m ->
                new Row("move", partition, view.diskName(m.fromDisk()), view.diskName(m.toDisk()), m.bytes(), m.why());
        };
    }
}
