package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.MoveSteps;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Drives every open move and repair one step further whenever something about it has changed. */
final class MoveDriver implements Driver {
    private static final Duration NOTE_EVERY = Duration.ofSeconds(1);
    /** A new leader goes on showing what the last one persisted: never much behind. */
    private static final long STEPS = 20;

    private final Proposals proposals;
    private final Map<Long, Long> noted = new HashMap<>();

    MoveDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public void step(View view, Dirty dirty) {
        Set<Long> ops = new LinkedHashSet<>(dirty.ops);
        for (int id : dirty.partitions) {
            view.cluster().openMoves(id).forEach(op -> ops.add(op.id()));
        }
        if (dirty.allOps) {
            view.cluster().openOps().forEach(op -> ops.add(op.id()));
        }
        for (long id : ops) {
            Optional<Op> op = view.cluster().op(id).filter(o -> o.move() != null);
            if (op.filter(o -> !o.ended()).isPresent()) {
                drive(view, op.get());
            } else {
                noted.remove(id);
            }
        }
    }

    private void drive(View view, Op op) {
        Move move = op.move();
        Subject subject = Subject.partition(move.partition());
        Optional<Partition> p = view.cluster().partition(move.partition());
        if (proposals.busy(subject)) {
            return;
        }
        if (p.isEmpty()) {
            return; // the command that removed it has ended this op; that is on its way here
        }
        if (move.step() == MoveStep.SWAPPED) {
            proposals.passing(FailpointNames.MOVE_AFTER_SWAP);
        }
        switch (MoveSteps.next(view, op, p.get())) {
            case MoveSteps.Next.Propose(Command command) -> proposals.propose(subject, command);
            case MoveSteps.Next.Wait wait -> {
                if (wait.recheckNanos() != 0) {
                    proposals.wakeAt(wait.recheckNanos(), Subject.op(op.id()));
                }
                if (op.status() == OpStatus.MARKED) {
                    why(op, wait.reason());
                }
                if (op.status() == OpStatus.RUNNING && move.step() == MoveStep.ADDED) {
                    proposals.passing(FailpointNames.MOVE_SEEDING);
                    note(view, op, wait);
                }
            }
        }
    }

    /** What a move waits for that no drain answers for is persisted when it lasts. */
    private void why(Op op, Reason reason) {
        if (op.parent() == 0 && !reason.passing() && !reason.code().equals(op.reason())) {
            proposals.propose(Subject.partition(op.move().partition()), reason.noteOn(op));
        }
    }

    /** Progress is persisted in steps, and not more often than once a second; what is shown between comes from the reports. */
    private void note(View view, Op op, MoveSteps.Next.Wait wait) {
        ReplicaFacts facts = view.reports().replica(op.move().destination()).orElse(null);
        if (facts == null
                || facts.seedTotalBytes() <= 0
                || step(facts.seedDoneBytes(), facts.seedTotalBytes())
                        == step(op.progress().bytesDone(), op.progress().bytesTotal())) {
            return;
        }
        long last = noted.getOrDefault(op.id(), view.nowNanos() - NOTE_EVERY.toNanos());
        if (view.nowNanos() - last >= NOTE_EVERY.toNanos()) {
            noted.put(op.id(), view.nowNanos());
            Command note = new Command.NoteOp(
                    op.id(),
                    op.revision(),
                    wait.reason().code(),
                    wait.reason().message(),
                    facts.seedDoneBytes(),
                    facts.seedTotalBytes());
            proposals.propose(Subject.partition(op.move().partition()), note);
        }
    }

    private static long step(long done, long total) {
        return total <= 0 ? -1 : done * STEPS / total;
    }
}
