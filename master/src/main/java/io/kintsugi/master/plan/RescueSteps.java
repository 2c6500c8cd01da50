package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.plan.MoveSteps.Next;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the recovery of all data does next with a partition, from the persisted op and the latest reports alone. In-sync replicas are elected by
 * the elections, which act while such an op is open; members that catch up are grown in by their primaries. Left to this are: letting in who is
 * held, and going on by force where nobody in-sync can be had and the operator has agreed.
 */
public final class RescueSteps {
    private RescueSteps() {}

    /** The partitions that it is about: all but those that are given up or dropped. */
    public static Stream<Partition> partitions(View view) {
        return Health.partitions(view);
    }

    /** Whether it is one of {@link #partitions}. */
    public static boolean concerns(View view, Partition p) {
        return !view.cluster().discarded(p.id())
                && view.cluster()
                        .table(p.table())
                        .filter(t -> t.droppedAt() == 0)
                        .isPresent();
    }

    /** Empty for one with which nothing is left to be done: it serves, and who can be is in-sync. */
    public static Optional<Next> next(View view, Op op, Partition p) {
        if (!view.reports().judging()) {
            return wait(Survey.notJudging());
        }
        if (HigherEpoch.holds(view, p)) {
            return wait(Reason.of(
                    HigherEpoch.CODE,
                    view.partitionName(p) + ": a replica has stored an epoch above the masters': nothing is touched"));
        }
        Optional<Op> forced =
                view.cluster().op(p.mutexOp()).filter(owner -> owner.recovery() != null && !owner.ended());
        if (forced.isPresent()) {
            return wait(Survey.ofRecovery(view, forced.get())
                    .orElseGet(() -> Reason.passing("RECOVERING", "its forced recovery goes on")));
        }
        return view.served(p) ? members(view, p) : unserved(view, op, p);
    }

    private static Optional<Next> wait(Reason reason) {
        return Optional.of(new Next.Wait(reason, 0));
    }

    private static Optional<Next> unserved(View view, Op op, Partition p) {
        String name = view.partitionName(p);
        if (!Elections.primaryFailed(view, p)) {
            return wait(Reason.passing("TO_SERVE", name + ": its primary is to report that it serves"));
        }
        if (Elections.byHand(view, p).isPresent()) {
            return wait(Reason.passing("ELECTING", name + ": an in-sync replica is there, and is elected"));
        }
        if (p.salvaged()) {
            return wait(
                    Reason.of("SALVAGING", name + ": its only copy is read from a broken disk, by op " + p.mutexOp()));
        }
        RecoveryPlan plan = RecoveryPlan.of(view, p);
        if (!plan.outcome().equals(RecoveryPlan.CHOOSES)) {
            return wait(plan.reason() != null ? plan.reason() : Elections.offline(view, p));
        }
        Optional<Op> earlier = view.cluster().children(op.id()).stream()
                .filter(part -> part.recovery().partition() == p.id())
                .findFirst();
        if (earlier.isPresent()) {
            return wait(onceMore(earlier.get(), name));
        }
        return op.rescue().chooses(p.id())
                ? Optional.of(new Next.Propose(new Command.FenceForData(op.id(), op.revision(), p.id(), p.epoch())))
                : wait(notAgreed(plan));
    }

    private static Reason onceMore(Op earlier, String name) {
        boolean cancelled =
                earlier.status() == OpStatus.CANCELLED && earlier.recovery().step() != RecoveryStep.CHOSEN;
        return cancelled
                ? Reason.of(
                        "CHOICE_CANCELLED",
                        name + ": its forced recovery, op " + earlier.id()
                                + ", was cancelled: start its datanodes, or partition recover " + name)
                : Reason.of(
                        "SURVIVOR_GONE",
                        name + ": it went on with a replica by op " + earlier.id()
                                + ", and that is gone too: bring it back, or partition recover " + name);
    }

    /** The operator was told of another state of things, or wanted nothing to be lost. */
    private static Reason notAgreed(RecoveryPlan plan) {
        return Reason.of(
                "CHOICE_NEEDED",
                plan.partition() + ": no in-sync replica is there. Start " + String.join("; ", plan.unreached())
                        + "; or go on with the one on " + plan.survivor().place()
                        + " (cluster recover-data --force-choice): " + plan.loss());
    }

    /** Who can be had and isn't in-sync: who is held is let in, the others are waited for. Those that can't are repair's business. */
    private static Optional<Next> members(View view, Partition p) {
        for (Member m : out(view, p)) {
            if (p.isHeld(m.replica())) {
                return Optional.of(new Next.Propose(new Command.ReleaseReplica(p.id(), m.replica())));
            }
        }
        return out(view, p).stream()
                .findFirst()
                .flatMap(m -> wait(Reason.of(
                        "CATCHING_UP",
                        view.partitionName(p) + ": the replica on " + view.diskName(m.disk()) + " catches up")));
    }

    /** Members that work and aren't in-sync. */
    static List<Member> out(View view, Partition p) {
        List<Member> out = new ArrayList<>();
        for (Member m : p.members()) {
            if (!p.isInSync(m.replica()) && view.able(m)) {
                out.add(m);
            }
        }
        return out;
    }
}
