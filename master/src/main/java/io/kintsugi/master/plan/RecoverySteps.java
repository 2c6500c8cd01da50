package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.plan.MoveSteps.Next;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a forced recovery does next (DESIGN section 6, rule 18), from the persisted op and the latest reports alone. Electing an in-sync
 * replica is the elections' business; telling datanodes the configuration's.
 */
public final class RecoverySteps {
    private RecoverySteps() {}

    /** The next step of an open recovery of partition {@code p}. */
    public static Next next(View view, Op op, Partition p) {
        if (p.primary() != 0) {
            return view.served(p)
                    ? new Next.Propose(new Command.FinishRecovery(op.id(), op.revision()))
                    : new Next.Wait(toServe(view, op, p), 0);
        }
        RecoveryWish wish = op.recovery().wish();
        RecoveryPlan plan = RecoveryPlan.of(view, p, wish);
        return switch (plan.outcome()) {
            case RecoveryPlan.WAITS -> new Next.Wait(plan.reason(), 0);
            case RecoveryPlan.CHOOSES ->
                unfenced(view, p)
                        .<Next>map(reason -> new Next.Wait(reason, 0))
                        .or(() -> waits(view, p, wish, plan))
                        .orElseGet(() -> new Next.Propose(choose(op, p, plan)));
            default ->
                new Next.Wait(
                        Reason.passing("ELECTING", "an in-sync replica is there: it is elected, and nothing is lost"),
                        0);
        };
    }

    /** For those that may hold more, as long as the operator has said. */
    private static Optional<Next> waits(View view, Partition p, RecoveryWish wish, RecoveryPlan plan) {
        long left = wish.waitUntil() - view.nowMillis();
        List<String> better = left > 0 ? Unreached.better(view, p, plan.survivor()) : List.of();
        return better.isEmpty()
                ? Optional.empty()
                : Optional.of(new Next.Wait(
                        Reason.of(
                                "WAITS_FOR_BETTER",
                                "until " + Instant.ofEpochMilli(wish.waitUntil())
                                        + " it waits for replicas that may hold more than the one on "
                                        + plan.survivor().place() + ": " + String.join("; ", better)),
                        view.nowNanos() + Duration.ofMillis(left).toNanos()));
    }

    private static Command choose(Op op, Partition p, RecoveryPlan plan) {
        Survivor s = plan.survivor();
        return new Command.ChooseSurvivor(
                op.id(), op.revision(), p.id(), p.epoch(), s.replica(), s.disk(), plan.told());
    }

    /** Nobody is chosen before all that can be reached have stored the fence: until then they may still promise something. */
    private static Optional<Reason> unfenced(View view, Partition p) {
        List<String> waited = p.all().stream()
                .filter(m -> mayAnswer(view, m))
                .filter(m -> view.reports()
                        .replica(m.replica())
                        .filter(f -> f.broken() || f.epoch() >= p.epoch())
                        .isEmpty())
                .map(m -> view.diskName(m.disk()))
                .toList();
        boolean strays = Survivor.of(view, p).stream().anyMatch(s -> s.epoch() < p.epoch());
        return waited.isEmpty() && !strays
                ? Optional.empty()
                : Optional.of(Reason.passing(
                        "FENCING",
                        "epoch " + p.epoch() + " is still to be stored by "
                                + (waited.isEmpty() ? "the survivors" : waited)));
    }

    private static boolean mayAnswer(View view, Member m) {
        return view.reports().alive(m.node()) && view.diskWorks(m.disk());
    }

    private static Reason toServe(View view, Op op, Partition p) {
        String where = p.member(p.primary()).map(m -> view.diskName(m.disk())).orElse("?");
        boolean gone = p.member(p.primary()).filter(view::failed).isPresent();
        if (gone && Elections.failover(view, p).isEmpty()) { // chosen or elected: nobody else can take over
            return Reason.of(
                    "SURVIVOR_GONE",
                    "the survivor on " + where + " has failed before it served: bring it back, or cancel op " + op.id()
                            + " and recover again from what is left");
        }
        boolean heard = view.reports()
                .replica(p.primary())
                .filter(f -> f.role() == ReplicaFacts.Role.PRIMARY)
                .isPresent();
        return Reason.passing(
                "TO_SERVE",
                "the replica on " + where + " is primary of epoch " + p.epoch()
                        + (heard ? ", and is to report it" : " once it has heard of it"));
    }
}
