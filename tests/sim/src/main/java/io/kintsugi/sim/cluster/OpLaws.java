package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.MoveSteps;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.plan.RescueSteps;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.plan.Waiting;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Law 7: every open op has a next event or names what it waits for, by the words that the leader has for it. What is said to come by itself
 * must come within a bound, as long as one leader leads and nothing that the op needs fails.
 */
final class OpLaws {
    /** They end with another op, which is watched itself, or at a time that the op names. */
    private static final Set<String> BY_ANOTHER =
            Set.of("MOVE_RUNNING", "DRAIN_WAITS", "BACKOFF", "INCOMING_COPIES_LIMIT", "DISK_LIMIT", "NOT_JUDGING");

    private static final String ON_ITS_WAY = "its next step is on its way";

    /** For so long a pass waits for partitions that aren't whole, whatever the pace. */
    private static final long QUIET = 60_000_000_000L;

    /** @param state revision and what is to come */
    private record Pending(String state, long term, long since) {}

    private final Cluster cluster;
    private final long patience;
    private final Map<Long, Pending> pending = new HashMap<>();

    OpLaws(Cluster cluster) {
        this.cluster = cluster;
        this.patience = cluster.plan.paced(40_000);
        later();
    }

    private void later() {
        cluster.world.after(cluster.plan.paced(1_000), "law", "world", () -> {
            look();
            later();
        });
    }

    private void look() {
        View view = cluster.view().filter(v -> v.reports().judging()).orElse(null);
        if (view == null) {
            pending.clear();
            return;
        }
        Survey survey = Survey.of(view);
        for (Op op : view.cluster().openOps()) {
            look(view, op, comes(view, survey, op));
        }
        pending.keySet()
                .removeIf(id -> view.cluster().op(id).filter(op -> !op.ended()).isEmpty());
    }

    private void look(View view, Op op, Optional<String> comes) {
        if (comes.isEmpty() || op.move() != null && disturbed(view, op)) {
            pending.remove(op.id());
            return;
        }
        String state = op.revision() + ": " + comes.get();
        Pending before = pending.get(op.id());
        if (before == null || before.term != view.term() || !before.state.equals(state)) {
            pending.put(op.id(), new Pending(state, view.term(), cluster.world.now()));
        } else if (cluster.world.now() - before.since > patience + (op.kind() == OpKind.BALANCE ? QUIET : 0)) {
            throw cluster.world.broken(
                    "7",
                    "for " + (cluster.world.now() - before.since) / 1_000_000 + " ms only '" + comes.get() + "': "
                            + op);
        }
    }

    /** What of an op is to come by itself; empty when it waits for something else, which it names. */
    static Optional<String> comes(View view, Survey survey, Op op) {
        return switch (op.kind()) {
            case MOVE, REPAIR -> ofMove(view, op);
            case RECOVERY ->
                Survey.ofRecovery(view, op)
                        .map(reason -> unnamed(reason) ? Optional.of(reason.code()) : Optional.<String>empty())
                        .orElse(Optional.of(ON_ITS_WAY));
            case OFFLINE, REJOIN -> Optional.empty();
            case BALANCE -> ofBalance(view);
            case RECOVER_DATA -> ofRescue(view, op);
            case DISK_DECOMMISSION -> ofDrain(view, survey, op);
            case NODE_DECOMMISSION ->
                op.status() == OpStatus.PAUSED || anyDrain(view, op.node())
                        ? Optional.empty()
                        : Optional.of("its end: no disk of it is being drained");
        };
    }

    /** A pass waits for what holds it, or its moves; or for partitions to change that aren't whole, and not for long. */
    private static Optional<String> ofBalance(View view) {
        boolean waits = BalanceGate.holds(view).isPresent()
                || view.cluster().openOps().stream().anyMatch(BalanceGate::isBalance);
        long epochs = view.cluster().partitions().values().stream()
                .mapToLong(Partition::epoch)
                .sum();
        return waits ? Optional.empty() : Optional.of("its next step or its end, at " + epochs + " epochs");
    }

    /** By a part of the node's drain, or one that was asked for before it. */
    private static boolean anyDrain(View view, int node) {
        return view.cluster().openDrains().stream()
                .flatMap(drain -> view.cluster().disk(drain.disk()).stream())
                .anyMatch(disk -> disk.node() == node);
    }

    /** Whether it waits for nothing but time: then something comes of it. */
    static boolean ends(View view, Op op) {
        return op.move() != null
                && Survey.ofMove(view, op)
                        .filter(reason -> reason.code().equals("BACKOFF"))
                        .isPresent();
    }

    private static Optional<String> ofMove(View view, Op op) {
        Reason reason = Survey.ofMove(view, op).orElse(null);
        if (reason == null) {
            return Optional.of(ON_ITS_WAY);
        }
        if (reason.code().equals("DP_LIMIT")) {
            boolean free = view.cluster().movesOfNodeset(op.move().nodeset()).size()
                    < view.setting(Setting.DECOMMISSION_DP_LIMIT);
            return free && op.parent() == 0 ? Optional.of("admission: there is a token") : Optional.empty();
        }
        return unnamed(reason) ? Optional.of(reason.code()) : Optional.empty();
    }

    /** What comes next of the first partition that doesn't wait for something that it names. */
    private static Optional<String> ofRescue(View view, Op op) {
        boolean waits = false;
        for (Partition p : RescueSteps.partitions(view).toList()) {
            MoveSteps.Next next = RescueSteps.next(view, op, p).orElse(null);
            String which = p.id() + " at epoch " + p.epoch() + ": ";
            if (next instanceof MoveSteps.Next.Propose) {
                return Optional.of(which + ON_ITS_WAY);
            }
            if (next instanceof MoveSteps.Next.Wait wait) {
                if (unnamed(wait.reason())) {
                    return Optional.of(which + wait.reason().code());
                }
                waits = true;
            }
        }
        return waits ? Optional.empty() : Optional.of("its end: nothing is left to be done");
    }

    private static boolean unnamed(Reason reason) {
        return reason.code().isBlank() || reason.passing() && !BY_ANOTHER.contains(reason.code());
    }

    private static Optional<String> ofDrain(View view, Survey survey, Op op) {
        boolean moving = view.cluster().children(op.id()).stream().anyMatch(o -> !o.ended());
        List<Waiting> waits = survey.drains().getOrDefault(op.id(), List.of());
        if (waits.isEmpty() && !moving && op.status() != OpStatus.PAUSED) {
            return Optional.of("its end: nothing is under way");
        }
        return waits.stream()
                .map(Waiting::reason)
                .filter(r -> r.code().isBlank() || r.code().equals(Op.WAITING_FOR_ADMISSION))
                .map(r -> "admission: nothing stands in its way")
                .findFirst();
    }

    /** Whether something fails without which a move can't go on. */
    private static boolean disturbed(View view, Op op) {
        if (op.move() == null) {
            return false;
        }
        long lost = op.isRepair() ? op.move().source() : 0;
        Partition p = view.cluster().partition(op.move().partition()).orElse(null);
        return p == null
                || !view.served(p)
                || lost == 0 && !op.move().adds() && !view.diskWorks(op.move().sourceDisk())
                || p.all().stream()
                        .filter(m -> m.replica() != lost)
                        .anyMatch(m -> !view.reports().alive(m.node()) || !view.diskWorks(m.disk()));
    }
}
