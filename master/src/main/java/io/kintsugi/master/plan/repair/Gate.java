package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RepairMode;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.AutoFailover;
import io.kintsugi.master.plan.Destinations;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** Whether what is due may be done by itself, now. */
public final class Gate {
    public static final String LIMIT = "REPAIR_LIMIT";

    private Gate() {}

    /**
     * Why a repair isn't begun; empty when it is.
     *
     * @param pending repairs that were asked for and aren't known of yet
     */
    public static Optional<Reason> holds(View view, Partition p, Repair repair, int pending) {
        return switch (RepairMode.of(view.cluster().settings())) {
            case OFF ->
                Optional.of(Reason.of(
                        "REPAIR_OFF", repair.message() + "; automatic repair is off, else " + repair.action()));
            case OBSERVE ->
                Optional.of(Reason.of(
                        "REPAIR_OBSERVED",
                        repair.message() + "; automatic repair only observes, else " + repair.action()));
            case ON ->
                !AutoFailover.repairs(view, repair)
                        ? Optional.of(Reason.of(
                                AutoFailover.OFF,
                                repair.message() + "; automatic failover is off, else " + repair.action()))
                        : repair.command() instanceof Command.RepairReplica copy
                                ? copying(view, p, repair, copy, pending)
                                : Optional.empty();
        };
    }

    private static Optional<Reason> copying(
            View view, Partition p, Repair repair, Command.RepairReplica copy, int pending) {
        if (view.braked() && Brake.stops(repair.rule())) {
            return Optional.of(Reason.of(
                    "AUTOMATIC_WORK_STOPPED",
                    repair.message() + "; the brake is engaged, so it isn't replaced by itself"));
        }
        long limit = view.setting(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT);
        long open = open(view) + pending;
        if (open >= limit) {
            return Optional.of(Reason.passing(
                    LIMIT,
                    repair.message() + "; " + open + " automatic repairs are open, AutoDpMetaRepairParallelCnt is "
                            + limit));
        }
        // a disk that is only busy will take it soon: the repair then waits in the queue, ahead of moves
        return Destinations.noneForRepair(view, p, copy.lost()).filter(no -> !no.passing());
    }

    /** Automatic repairs that haven't ended. */
    public static long open(View view) {
        return view.cluster().openRepairs().stream()
                .filter(op -> op.move().automatic())
                .count();
    }

    /**
     * The replacement of a lost member that comes before a move of another, whether it is asked for already or not: a move doesn't begin
     * before it, and gives way to it. Where it can't be had now, waiting for it would help nobody.
     */
    public static Optional<Repair> before(View view, Move move, Partition p) {
        if (move.isRepair() || view.cluster().openMoves(p.id()).stream().anyMatch(Gate::pausedRepair)) {
            return Optional.empty();
        }
        return LostReplica.whoeverOwns(view, p)
                .filter(repair -> repair.command() instanceof Command.RepairReplica c && c.lost() != move.source())
                .filter(repair -> holds(view, p, repair, 0).isEmpty());
    }

    private static boolean pausedRepair(Op op) {
        return op.isRepair() && (op.status() == OpStatus.PAUSED || op.intent() == Intent.PAUSE);
    }

    /** What a move of the partition has to wait for: a repair that is about to begin. */
    public static Optional<Reason> first(View view, Partition p) {
        return Rules.first(view, p)
                .filter(repair -> repair.alarm() || holds(view, p, repair, 0).isEmpty())
                .map(repair -> repair.alarm()
                        ? Reason.of(repair.reason(), repair.message() + "; " + repair.action())
                        : Reason.passing("REPAIR_FIRST", repair.message() + ": " + repair.action() + " first"));
    }
}
