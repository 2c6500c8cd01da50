package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.DrainScan;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.plan.MoveAdmission.Planned;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Admits disks that are to be drained, starts moves of their partitions and those that operators asked for; ends what is done. */
final class DecommissionDriver implements Driver {
    /** What waits is looked at when something changes; besides, as time and reports go on, after a quarter of the time it has waited. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Duration LOOK_AGAIN_AT_LAST = Duration.ofSeconds(10);
    /** How many partitions a message names. */
    private static final int NAMED = 5;

    private final Proposals proposals;

    DecommissionDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!dirty.allOps && !dirty.settings && dirty.ops.isEmpty() && !touches(view, dirty)) {
            return;
        }
        MoveAdmission.askers(view).forEach((nodeset, ops) -> drive(view, nodeset, ops));
    }

    private static boolean touches(View view, Dirty dirty) {
        Set<Integer> draining = new HashSet<>();
        view.cluster().openDrains().forEach(op -> draining.add(op.disk()));
        return dirty.partitions.stream()
                .anyMatch(id -> !view.cluster().openMoves(id).isEmpty()
                        || !draining.isEmpty()
                                && view.cluster()
                                        .partition(id)
                                        .filter(p -> p.all().stream().anyMatch(m -> draining.contains(m.disk())))
                                        .isPresent());
    }

    private void drive(View view, int nodeset, List<Op> ops) {
        List<Op> open = ops.stream()
                .filter(op -> op.intent() == Intent.NONE && !proposals.busy(Subject.op(op.id())) && !finished(view, op))
                .sorted(Comparator.comparingInt((Op op) -> -op.weight()).thenComparingLong(Op::id))
                .toList();
        // who hasn't been heard yet is no reason to put a disk back in the queue; all is looked at again when judging
        // begins
        if (!view.reports().judging()) {
            return;
        }
        Planned planned = Planned.byPrepared(view, nodeset);
        List<DrainScan> scans = new ArrayList<>();
        List<MoveAdmission.Queue> queues = new ArrayList<>();
        for (Op op : open) {
            if (op.move() != null) {
                if (!proposals.busy(Subject.partition(op.move().partition()))) {
                    queues.add(MoveAdmission.single(view, op, planned));
                }
                lookAgain(view, op);
            } else if (op.status() == OpStatus.RUNNING) {
                scans.add(scan(view, op, planned));
            } else if (op.status() == OpStatus.MARKED) {
                admit(view, op, nodeset);
            }
        }
        queues.addAll(scans);
        long tokens = MoveAdmission.tokensLeft(view, nodeset) - movesProposed(view, nodeset);
        MoveAdmission.share(queues, tokens).forEach(this::begin);
        scans.forEach(scan -> conclude(view, scan));
    }

    private DrainScan scan(View view, Op op, Planned planned) {
        return new DrainScan(view, op, planned, id -> proposals.busy(Subject.partition(id)));
    }

    /** Nothing is left on the disk, and no part of the op is open. A part that waits for what isn't there any more ends by itself. */
    private boolean finished(View view, Op op) {
        boolean empty = op.move() == null
                && view.cluster().partitionsOnDisk(op.disk()).isEmpty()
                && view.cluster().children(op.id()).stream().allMatch(Op::ended);
        if (empty) {
            proposals.propose(
                    Subject.op(op.id()), new Command.FinishDecommission(op.id(), op.revision(), true, "", ""));
        }
        return empty;
    }

    private void begin(MoveAdmission.Start start) {
        int partition = start.partition().id();
        long epoch = start.partition().epoch();
        Op waiting = start.waiting();
        proposals.propose(
                Subject.partition(partition),
                waiting == null
                        ? new Command.AdmitMove(
                                start.asker().id(),
                                partition,
                                epoch,
                                start.source().replica())
                        : new Command.ReadmitMove(waiting.id(), waiting.revision(), partition, epoch));
    }

    private void conclude(View view, DrainScan scan) {
        Op op = scan.op();
        Subject subject = Subject.op(op.id());
        if (scan.overWithout()) {
            proposals.propose(
                    subject,
                    new Command.FinishDecommission(op.id(), op.revision(), false, "PARTITIONS_LEFT", left(view, op)));
        } else if (scan.stuck()) {
            Reason reason = scan.waiting().orElseThrow();
            proposals.propose(
                    subject, new Command.AdmitDisk(op.id(), op.revision(), false, reason.code(), reason.message()));
        } else if (scan.waiting().isPresent()) {
            lookAgain(view, op);
        }
    }

    private static String left(View view, Op op) {
        Map<Integer, Op> moves = view.cluster().givenUp(op.id());
        String named = moves.values().stream()
                .limit(NAMED)
                .map(m -> m.target() + " (op " + m.id() + ": " + m.reason() + ")")
                .collect(Collectors.joining(", "));
        return moves.size() + " partitions are still on the disk: " + named + (moves.size() > NAMED ? ", …" : "")
                + "; decommission it again once the causes are gone";
    }

    private void admit(View view, Op op, int nodeset) {
        // a look of its own: what it plans isn't to be counted for those that are admitted
        DrainScan scan = scan(view, op, Planned.byPrepared(view, nodeset));
        boolean some = scan.next().isPresent() || !scan.stuck();
        if (scan.unsure()) {
            // admitted now, it might have to go back with the next look
            lookAgain(view, op);
            return;
        }
        Optional<Reason> waits = some ? MoveAdmission.diskSlot(view, op, disksProposed(view, nodeset)) : scan.waiting();
        if (waits.isEmpty()) {
            proposals.propose(Subject.op(op.id()), new Command.AdmitDisk(op.id(), op.revision(), true, "", ""));
            return;
        }
        Reason reason = waits.get();
        if (!op.reason().equals(reason.code())) {
            proposals.propose(Subject.op(op.id()), reason.noteOn(op));
        }
        lookAgain(view, op);
    }

    private void lookAgain(View view, Op op) {
        long waited = view.nowMillis() - op.times().updated();
        long millis = Math.clamp(waited / 4, LOOK_AGAIN.toMillis(), LOOK_AGAIN_AT_LAST.toMillis());
        proposals.wakeAt(view.nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis), Subject.op(op.id()));
    }

    private int movesProposed(View view, int nodeset) {
        return (int) proposals.outstanding().stream()
                .filter(c -> switch (c) {
                    case Command.AdmitMove m -> nodesetOfOp(view, m.parent()) == nodeset;
                    case Command.ReadmitMove m -> nodesetOfOp(view, m.op()) == nodeset;
                    default -> false;
                })
                .count();
    }

    private int disksProposed(View view, int nodeset) {
        return (int) proposals.outstanding().stream()
                .filter(c -> c instanceof Command.AdmitDisk d && d.admitted() && nodesetOfOp(view, d.op()) == nodeset)
                .count();
    }

    private static int nodesetOfOp(View view, long op) {
        return view.cluster()
                .op(op)
                .map(o -> o.move() != null ? o.move().nodeset() : MoveAdmission.nodesetOf(view, o.disk()))
                .orElse(0);
    }
}
