package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Admits disks that are to be drained, and starts moves of their partitions, within the limits of the nodeset; ends what is done. */
final class DecommissionDriver implements Driver {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** A partition whose last move failed. Forgotten with the leader: the next one tries at once. */
    private record Backoff(int failures, long until) {}

    private final Proposals proposals;
    private final Map<Integer, Backoff> backoffs = new HashMap<>();

    DecommissionDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    /** A move has ended. */
    void ended(Op move, long nowNanos) {
        if (move.status() != OpStatus.FAILED) {
            backoffs.remove(move.move().partition());
            return;
        }
        int partition = move.move().partition();
        int failures =
                Math.min(16, backoffs.getOrDefault(partition, new Backoff(0, 0)).failures() + 1);
        long pause = Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << (failures - 1));
        backoffs.put(partition, new Backoff(failures, nowNanos + pause));
        proposals.wakeAt(nowNanos + pause, Subject.partition(partition));
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!dirty.allOps && !dirty.settings && dirty.ops.isEmpty() && !touchesDrain(view, dirty)) {
            return;
        }
        for (Op op : view.cluster().openOps()) {
            if (op.kind() == OpKind.DISK_DECOMMISSION && !proposals.busy(Subject.op(op.id()))) {
                drive(view, op);
            }
        }
    }

    private static boolean touchesDrain(View view, Dirty dirty) {
        Set<Integer> draining = new HashSet<>();
        view.cluster().openOps().stream()
                .filter(o -> o.kind() == OpKind.DISK_DECOMMISSION)
                .forEach(o -> draining.add(o.disk()));
        return !draining.isEmpty()
                && dirty.partitions.stream().anyMatch(id -> view.cluster()
                        .partition(id)
                        .filter(p -> p.all().stream().anyMatch(m -> draining.contains(m.disk())))
                        .isPresent());
    }

    private void drive(View view, Op op) {
        Subject subject = Subject.op(op.id());
        if (MoveAdmission.empty(view, op)) {
            proposals.propose(subject, new Command.FinishDecommission(op.id(), op.revision(), true, "", ""));
            return;
        }
        if (!view.reports().judging()) {
            // who hasn't been heard yet is no reason to put a disk back in the queue; the ops are looked at again when
            // judging begins
            return;
        }
        int nodeset = MoveAdmission.nodesetOf(view, op.disk());
        long tokens = MoveAdmission.tokensLeft(view, nodeset) - movesProposed(view, nodeset);
        MoveAdmission.Drain drain = MoveAdmission.drain(view, op, Math.max(0, tokens), id -> paused(view, id));
        if (op.status() != OpStatus.RUNNING) {
            admit(view, op, drain, nodeset);
            return;
        }
        for (MoveAdmission.Start start : drain.starts()) {
            int partition = start.partition().id();
            proposals.propose(
                    Subject.partition(partition),
                    new Command.AdmitMove(
                            op.id(),
                            partition,
                            start.partition().epoch(),
                            start.source().replica()));
        }
        if (drain.stuck()) {
            Reason reason = drain.waiting().orElseThrow();
            proposals.propose(
                    subject, new Command.AdmitDisk(op.id(), op.revision(), false, reason.code(), reason.message()));
        } else if (drain.waiting().isPresent()) {
            proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), subject);
        }
    }

    private void admit(View view, Op op, MoveAdmission.Drain drain, int nodeset) {
        Optional<Reason> waits =
                drain.stuck() ? drain.waiting() : MoveAdmission.diskSlot(view, op, disksProposed(view, nodeset));
        if (waits.isEmpty()) {
            proposals.propose(Subject.op(op.id()), new Command.AdmitDisk(op.id(), op.revision(), true, "", ""));
            return;
        }
        Reason reason = waits.get();
        if (!op.reason().equals(reason.code())) {
            proposals.propose(
                    Subject.op(op.id()),
                    new Command.NoteOp(
                            op.id(), op.revision(), reason.code(), reason.message(), op.bytesDone(), op.bytesTotal()));
        }
        proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.op(op.id()));
    }

    private boolean paused(View view, int partition) {
        Backoff backoff = backoffs.get(partition);
        return proposals.busy(Subject.partition(partition)) || backoff != null && backoff.until() - view.nowNanos() > 0;
    }

    private int movesProposed(View view, int nodeset) {
        return (int) proposals.outstanding().stream()
                .filter(c -> c instanceof Command.AdmitMove m && nodesetOfOp(view, m.parent()) == nodeset)
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
                .map(o -> MoveAdmission.nodesetOf(view, o.disk()))
                .orElse(0);
    }
}
