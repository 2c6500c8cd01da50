package io.kintsugi.master.transport;

import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.DrainScan;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.plan.MoveSteps;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Ops as the API shows them: what is persisted, and of those that go on why they wait and how far they are, as of now. */
final class OpRows {
    private OpRows() {}

    record OpRow(
            long id,
            String kind,
            String target,
            Long parent,
            String status,
            String step,
            String reason,
            String message,
            int attempts,
            int rollbacks,
            long bytesDone,
            long bytesTotal,
            String createdAt,
            String updatedAt,
            String endedAt,
            String requestedBy,
            List<Long> children) {}

    private record Progress(long done, long total) {}

    static OpRow of(View view, Op op) {
        Optional<Reason> waits = op.ended() ? Optional.empty() : waiting(view, op);
        Progress progress = op.kind() == OpKind.MOVE ? ofMove(view, op) : ofDrain(view, op);
        return new OpRow(
                op.id(),
                kind(op.kind()),
                op.target(),
                op.parent() == 0 ? null : op.parent(),
                status(op.status()),
                step(op),
                waits.map(Reason::code).orElse(op.reason()),
                waits.map(Reason::message).orElse(op.message()),
                op.tries().attempts(),
                op.tries().rollbacks(),
                progress.done(),
                progress.total(),
                Rows.time(op.times().created()),
                Rows.time(op.times().updated()),
                Rows.time(op.times().ended()),
                op.requestedBy(),
                view.cluster().children(op.id()).stream().map(Op::id).toList());
    }

    private static Optional<Reason> waiting(View view, Op op) {
        if (op.kind() == OpKind.MOVE) {
            return view.cluster().partition(op.move().partition()).flatMap(p -> switch (MoveSteps.next(view, op, p)) {
                case MoveSteps.Next.Wait wait -> Optional.of(wait.reason());
                case MoveSteps.Next.Propose propose -> Optional.empty();
            });
        }
        if (op.kind() != OpKind.DISK_DECOMMISSION || op.status() != OpStatus.RUNNING) {
            return Optional.empty();
        }
        int nodeset = MoveAdmission.nodesetOf(view, op.disk());
        DrainScan scan = new DrainScan(view, op, MoveAdmission.Planned.byPrepared(view, nodeset), partition -> false);
        while (scan.next().isPresent()) {
            // to its end: why the others wait
        }
        return scan.waiting();
    }

    private static Progress ofMove(View view, Op op) {
        Move move = op.move();
        if (op.status() == OpStatus.SUCCESS || move.step() == MoveStep.SWAPPED) {
            return new Progress(op.progress().bytesTotal(), op.progress().bytesTotal());
        }
        return view.reports()
                .replica(move.destination())
                .filter(f -> !op.ended() && f.seedTotalBytes() > 0)
                .map(f -> new Progress(
                        Math.max(op.progress().bytesDone(), f.seedDoneBytes()),
                        Math.max(op.progress().bytesTotal(), f.seedTotalBytes())))
                .orElse(new Progress(op.progress().bytesDone(), op.progress().bytesTotal()));
    }

    /** Sums of what its moves have copied and of what is left to copy, by the primaries' reports. */
    private static Progress ofDrain(View view, Op op) {
        Collection<Op> moves = view.cluster().children(op.id());
        long done = 0;
        long total = 0;
        for (Op move : moves) {
            if (move.ended() && move.status() != OpStatus.SUCCESS) {
                continue;
            }
            Progress p = ofMove(view, move);
            done += p.done();
            total += p.total();
        }
        if (!op.ended() && op.disk() != 0) {
            total += view.cluster().partitionsOnDisk(op.disk()).stream()
                    .flatMap(id -> view.cluster().partition(id).stream())
                    .filter(p -> p.mutexOp() == 0)
                    .mapToLong(view::bytes)
                    .sum();
        }
        return new Progress(done, total);
    }

    private static String kind(OpKind kind) {
        return switch (kind) {
            case NODE_DECOMMISSION -> "NodeDecommission";
            case DISK_DECOMMISSION -> "DiskDecommission";
            case MOVE -> "Move";
        };
    }

    private static String status(OpStatus status) {
        return switch (status) {
            case INITIAL -> "Initial";
            case MARKED -> "Marked";
            case PREPARE -> "Prepare";
            case RUNNING -> "Running";
            case SUCCESS -> "Success";
            case FAILED -> "Failed";
            case PAUSED -> "Paused";
            case CANCELLED -> "Cancelled";
        };
    }

    private static String step(Op op) {
        if (op.move() == null) {
            return "";
        }
        return switch (op.move().step()) {
            case NONE -> "";
            case ADDED -> "Added";
            case SWAPPED -> "Swapped";
        };
    }
}
