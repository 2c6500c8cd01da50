package io.kintsugi.master.driver;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.MoveSteps;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.plan.RecoverySteps;
import io.kintsugi.master.view.View;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Drives forced recoveries. It elects nobody: while one runs, elections among the in-sync go on as ever, and are what it hopes for. */
final class RecoveryDriver implements Driver {
    private final Proposals proposals;

    RecoveryDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!view.reports().judging()) {
            return;
        }
        Set<Long> ops = new LinkedHashSet<>(dirty.ops);
        for (int id : dirty.partitions) {
            view.cluster().partition(id).map(Partition::mutexOp).ifPresent(ops::add);
        }
        if (dirty.allOps) {
            view.cluster().openOps().forEach(op -> ops.add(op.id()));
        }
        for (long id : ops) {
            view.cluster()
                    .op(id)
                    .filter(op -> op.kind() == OpKind.RECOVERY && !op.ended())
                    .ifPresent(op -> drive(view, op));
        }
    }

    private void drive(View view, Op op) {
        Subject subject = Subject.partition(op.recovery().partition());
        Optional<Partition> p = view.cluster().partition(op.recovery().partition());
        if (p.isEmpty() || proposals.busy(subject)) {
            return;
        }
        switch (RecoverySteps.next(view, op, p.get())) {
            case MoveSteps.Next.Propose next -> proposals.propose(subject, next.command());
            case MoveSteps.Next.Wait wait -> {
                if (wait.recheckNanos() != 0) {
                    proposals.wakeAt(wait.recheckNanos(), Subject.op(op.id()));
                }
                why(op, subject, wait.reason());
            }
        }
    }

    /** What it waits for is persisted when it lasts; what may be lost is never overwritten. */
    private void why(Op op, Subject subject, Reason reason) {
        if (op.recovery().survivor() == 0 && !reason.passing() && !reason.code().equals(op.reason())) {
            proposals.propose(subject, reason.noteOn(op));
        }
    }
}
