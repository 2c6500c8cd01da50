package io.kintsugi.master.plan.balance;

import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.AutoFailover;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.Set;

/** Why nothing of it is begun now, whatever there would be to do: what is urgent goes first. */
public final class BalanceGate {
    /** Reasons of a drain that waits for its turn, and not for something that may never come. */
    private static final Set<String> QUEUED = Set.of(Op.WAITING_FOR_ADMISSION, "DISK_LIMIT");

    private BalanceGate() {}

    /** The pass that an operator asked for and that hasn't ended. */
    public static Optional<Op> pass(View view) {
        return view.cluster().openOps().stream()
                .filter(op -> op.kind() == OpKind.BALANCE)
                .findFirst();
    }

    /** Whether the op is a move that evens out: the master asked for it, and it is no repair. */
    public static boolean isBalance(Op op) {
        return op.kind() == OpKind.MOVE && op.automatic();
    }

    public static boolean wanted(View view) {
        return view.cluster().settings().on(Setting.AUTO_BALANCE) || pass(view).isPresent();
    }

    public static Optional<Reason> holds(View view) {
        if (!view.reports().judging()) {
            return Optional.of(Reason.passing(
                    "NOT_JUDGING", "this leader is new and hasn't heard of enough datanodes yet: nothing is begun"));
        }
        if (view.braked()) {
            return Optional.of(Reason.of(
                    "AUTOMATIC_WORK_STOPPED", "the brake is engaged: nothing is balanced until it is released"));
        }
        if (!AutoFailover.on(view) && pass(view).isEmpty()) {
            return Optional.of(Reason.of(
                    AutoFailover.OFF,
                    "automatic failover is off, and with it all that moves by itself; cluster balance now goes on"));
        }
        if (view.cluster().settings().on(Setting.TABLES_FROZEN)) {
            return Optional.of(Reason.of("CLUSTER_FROZEN", "the cluster is frozen: nothing is balanced"));
        }
        return first(view).or(() -> away(view));
    }

    /** Drains and repairs need the same tokens, and change what there is to be balanced. */
    private static Optional<Reason> first(View view) {
        return view.cluster().openOps().stream()
                .filter(BalanceGate::urgent)
                .findFirst()
                .map(op -> Reason.passing(
                        op.kind() == OpKind.DISK_DECOMMISSION ? "DRAIN_FIRST" : "REPAIR_FIRST",
                        "op " + op.id() + " of " + op.target() + " goes first"));
    }

    /** One that is stuck isn't waited for: it may be for ever. */
    private static boolean urgent(Op op) {
        boolean drain = op.kind() == OpKind.DISK_DECOMMISSION
                && (op.status() == OpStatus.RUNNING
                        || op.intent() != Intent.NONE
                        || op.status() == OpStatus.MARKED && QUEUED.contains(op.reason()));
        return drain || op.isRepair() && op.holdsToken() || op.kind() == OpKind.RECOVER_DATA;
    }

    /** Who has died comes back mostly. Who stays away is given up, replaced elsewhere, and isn't waited for. */
    private static Optional<Reason> away(View view) {
        long patience = view.setting(Setting.REPLICA_LOST_TIMEOUT_MS);
        return view.cluster().nodes().stream()
                .filter(n -> view.reports().dead(n.id()) && !over(view, n, patience))
                .findFirst()
                .map(n -> Reason.passing(
                        "NODE_AWAY",
                        "datanode " + n.name() + " is dead: what it holds is still counted on, until "
                                + "ReplicaLostTimeoutMs is over"));
    }

    private static boolean over(View view, Node n, long patience) {
        return n.deadSince() != 0 && view.nowMillis() - n.deadSince() >= patience;
    }
}
