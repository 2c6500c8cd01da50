package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.plan.balance.Layout;
import io.kintsugi.master.plan.balance.Layouts;
import io.kintsugi.master.plan.balance.Step;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evens primaries and replicas out, a few at a time, while that is switched on or an operator's pass goes on (decision 0013). It asks for moves like
 * an operator; tokens and the moves themselves are the business of others. Looks when something has happened, at most once a second. What it
 * remembers only keeps it from trying the same in vain: a new leader goes on from the state.
 */
final class BalanceDriver implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(BalanceDriver.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** When there was nothing to be done; a look reads all partitions. */
    private static final Duration REST = Duration.ofSeconds(10);
    /** Writes alone change how full disks are, and wake nobody. */
    private static final Duration WRITES = Duration.ofMinutes(1);
    /** How long a move waits for a token or its destination before it is taken back: by then another may be better. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long a partition whose move came to nothing, and a replica that was moved, are left alone. */
    private static final Duration LEFT_ALONE = Duration.ofMinutes(10);
    /** How long a pass waits for partitions that can't be touched. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final Proposals proposals;
    private final Map<Integer, Long> avoided = new HashMap<>();
    private final Map<Long, Long> moved = new HashMap<>();
    /** Moves that were open at the last look. */
    private final Set<Long> open = new HashSet<>();

    private boolean stale = true;
    private boolean looked;
    private long nextLook;
    private long quietSince;
    private long pass;

    BalanceDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public void step(View view, Dirty dirty) {
        stale |= dirty.balance
                || dirty.settings
                || dirty.allOps
                || !dirty.ops.isEmpty()
                || !dirty.partitions.isEmpty()
                || !dirty.disks.isEmpty()
                || !dirty.nodes.isEmpty();
        if (!stale) {
            return;
        }
        if (!BalanceGate.wanted(view)) {
            stale = false;
            takeBack(view, mine(view));
        } else if (looked && nextLook - view.nowNanos() > 0) {
            proposals.wakeAt(nextLook, Subject.BALANCE);
        } else {
            stale = false;
            looked = true;
            boolean busy = look(view);
            nextLook = view.nowNanos() + (busy ? LOOK_AGAIN : REST).toNanos();
            proposals.wakeAt(busy ? nextLook : view.nowNanos() + WRITES.toNanos(), Subject.BALANCE);
        }
    }

    private static List<Op> mine(View view) {
        return view.cluster().openOps().stream().filter(BalanceGate::isBalance).toList();
    }

    /** Of what hasn't begun. What copies is let go on: it is of use. */
    private void takeBack(View view, List<Op> moves) {
        for (Op op : moves) {
            if (op.status() == OpStatus.MARKED && op.intent() == Intent.NONE) {
                proposals.propose(Subject.partition(op.move().partition()), new Command.CancelOp(op.id()));
            }
        }
    }

    /** Whether something goes on, or waits. */
    private boolean look(View view) {
        long now = view.nowNanos();
        avoided.values().removeIf(until -> until - now <= 0);
        moved.values().removeIf(until -> until - now <= 0);
        List<Op> mine = mine(view);
        ended(view, mine);
        Op asked = BalanceGate.pass(view).orElse(null);
        if (asked != null && asked.id() != pass) {
            pass = asked.id();
            quietSince = now;
            avoided.clear(); // what came to nothing before, noticed by now, isn't held against a new pass
        }
        Optional<Reason> hold = BalanceGate.holds(view);
        if (hold.isPresent()) {
            quietSince = now;
            if (view.reports().judging()) {
                takeBack(view, mine);
            }
            return true;
        }
        giveUp(view, mine);
        if (underWay()) {
            return true; // what is asked for isn't in the view yet: the next steps would be planned without it
        }
        Layout layout = Layouts.of(view, this::leftAlone, moved::containsKey);
        boolean begun = begin(view, layout, mine.size());
        if (begun || !mine.isEmpty()) {
            quietSince = now;
            return true;
        }
        return asked != null && !finished(view, asked, layout);
    }

    /** What was moved stays, and what couldn't be isn't tried again, for a while. */
    private void ended(View view, List<Op> mine) {
        long until = view.nowNanos() + LEFT_ALONE.toNanos();
        Set<Long> now = mine.stream().map(Op::id).collect(Collectors.toSet());
        open.removeAll(now);
        for (long id : open) {
            Op op = view.cluster().op(id).orElse(null);
            if (op != null && op.status() == OpStatus.SUCCESS) {
                moved.put(op.move().destination(), until);
            } else if (op != null && op.ended() && op.tries().attempts() > 0) {
                avoided.put(op.move().partition(), until);
            }
        }
        open.clear();
        open.addAll(now);
    }

    private boolean leftAlone(int partition) {
        return avoided.containsKey(partition) || proposals.busy(Subject.partition(partition));
    }

    private boolean underWay() {
        return proposals.outstanding().stream()
                .anyMatch(c -> c instanceof Command.MoveReplica || c instanceof Command.Elect);
    }

    private void giveUp(View view, List<Op> mine) {
        List<Op> inVain = mine.stream()
                .filter(op -> op.status() == OpStatus.MARKED)
                .filter(op -> op.tries().attempts() > 0
                        || view.nowMillis() - op.times().created() > PATIENCE.toMillis())
                .toList();
        inVain.forEach(op -> avoided.put(op.move().partition(), view.nowNanos() + LEFT_ALONE.toNanos()));
        takeBack(view, inVain);
    }

    private boolean begin(View view, Layout layout, int moving) {
        long limit = view.setting(Setting.BALANCE_LIMIT);
        boolean begun = false;
        for (int i = 0; i < limit; i++) {
            Optional<Step.HandOver> next = layout.handOver();
            if (next.isEmpty()) {
                break;
            }
            begun |= handOver(view, next.get());
        }
        for (int i = moving; i < limit; i++) {
            Optional<Step.Move> next = layout.move();
            if (next.isEmpty()) {
                break;
            }
            begun |= move(view, next.get());
        }
        return begun;
    }

    private boolean handOver(View view, Step.HandOver step) {
        Partition p = view.cluster().partition(step.partition()).orElseThrow();
        boolean begun = proposals.propose(
                Subject.partition(p.id()), new Command.Elect(p.id(), p.epoch(), step.to(), p.inSync()));
        if (begun) {
            LOG.info(
                    "balance: {} is handed over to {}: {}",
                    view.partitionName(p),
                    view.nodeName(step.toNode()),
                    step.why());
        }
        return begun;
    }

    private boolean move(View view, Step.Move step) {
        Partition p = view.cluster().partition(step.partition()).orElseThrow();
        boolean begun = proposals.propose(
                Subject.partition(p.id()),
                new Command.MoveReplica(p.id(), step.replica(), 0, step.toDisk(), Op.BALANCE_WEIGHT, true));
        if (begun) {
            LOG.info(
                    "balance: {} goes from {} to {}: {}",
                    view.partitionName(p),
                    view.diskName(step.fromDisk()),
                    view.diskName(step.toDisk()),
                    step.why());
        }
        return begun;
    }

    /** Partitions that aren't whole may come to be; a pass doesn't wait for them for ever. */
    private boolean finished(View view, Op asked, Layout layout) {
        int left = layout.unsteady();
        if (left > 0 && view.nowNanos() - quietSince < QUIET.toNanos()) {
            return false;
        }
        String message = left == 0
                ? "nothing would make it more even"
                : left
                        + " partitions were left alone: they weren't whole, their replicas differ, or their moves came to nothing";
        proposals.propose(
                Subject.op(asked.id()),
                new Command.FinishBalance(
                        asked.id(), asked.revision(), left == 0, left == 0 ? "" : "PARTITIONS_LEFT_ALONE", message));
        return true;
    }
}
