package io.kintsugi.master.transport;

import io.kintsugi.master.model.Absence;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.DrainProgress;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/** Ops as the API shows them: what is persisted, and of those that go on why they wait and how far they are, as of now. */
final class OpRows {
    private OpRows() {}

    /** An attempt that came to nothing; {@code disk} is the destination that was tried, or null. */
    record AttemptRow(String end, String disk, String at, String reason, String message) {}

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
            int failures,
            int rollbacks,
            String notBefore,
            int weight,
            String intent,
            boolean acknowledged,
            String source,
            String destination,
            long bytesDone,
            long bytesTotal,
            String createdAt,
            String updatedAt,
            String endedAt,
            String requestedBy,
            List<AttemptRow> story,
            DrainProgress progress,
            List<Long> children) {}

    private record Why(String reason, String message) {}

    /** All ops, with one look at what waits for all of them. */
    static List<OpRow> all(View view, boolean waitingOnly) {
        Survey survey = Survey.of(view);
        return (waitingOnly ? view.cluster().openOps() : view.cluster().ops())
                .stream()
                        .map(op -> of(view, op, survey))
                        .filter(row -> !waitingOnly
                                || row.progress().verdict().equals("waiting")
                                || row.progress().verdict().equals("stuck"))
                        .toList();
    }

    static OpRow of(View view, Op op) {
        return of(view, op, op.ended() || op.move() != null ? Survey.NONE : Survey.of(view));
    }

    private static OpRow of(View view, Op op, Survey survey) {
        DrainProgress progress = DrainProgress.of(view, op, survey);
        Why why = why(view, op, progress);
        return new OpRow(
                op.id(),
                kind(op.kind()),
                op.target(),
                op.parent() == 0 ? null : op.parent(),
                status(op.status()),
                step(op),
                why.reason(),
                why.message(),
                op.tries().attempts(),
                op.tries().failures(),
                op.tries().rollbacks(),
                Rows.time(op.tries().notBefore()),
                op.weight(),
                intent(op.intent()),
                op.acknowledged(),
                source(view, op.move()),
                op.absence() == null ? destination(view, op.move()) : place(view, op.absence()),
                progress.bytesDone(),
                progress.bytesTotal(),
                Rows.time(op.times().created()),
                Rows.time(op.times().updated()),
                Rows.time(op.times().ended()),
                op.requestedBy(),
                story(view, op.move()),
                progress,
                view.cluster().children(op.id()).stream().map(Op::id).toList());
    }

    /** What keeps it now; of an ended one, how that was. */
    private static Why why(View view, Op op, DrainProgress progress) {
        Why persisted = new Why(op.reason(), op.message());
        if (op.ended()) {
            return persisted;
        }
        if (op.move() != null) {
            Optional<Reason> reason = Survey.ofMove(view, op);
            return reason.map(r -> new Why(r.code(), r.message())).orElse(persisted);
        }
        List<DrainProgress.WaitingFor> waits = progress.waitingFor();
        if (waits.isEmpty()) {
            return persisted;
        }
        DrainProgress.WaitingFor first = waits.getFirst();
        int others = waits.stream().mapToInt(DrainProgress.WaitingFor::count).sum() - 1;
        return new Why(
                first.reason(), first.message() + (others == 0 ? "" : " (and " + others + " more partitions wait)"));
    }

    /** None for a repair that only adds. */
    private static String source(View view, Move move) {
        return move == null || move.adds() ? null : view.diskName(move.sourceDisk());
    }

    /** Where it goes, or, before that is chosen, where its operator wants it to go. */
    private static String destination(View view, Move move) {
        if (move == null) {
            return null;
        }
        int disk = move.destinationDisk() != 0 ? move.destinationDisk() : move.toDisk();
        return disk == 0 ? null : view.diskName(disk);
    }

    /** Null when it is no member any more. */
    private static String place(View view, Absence a) {
        return view.cluster()
                .partition(a.partition())
                .flatMap(p -> p.member(a.replica()))
                .map(m -> view.diskName(m.disk()))
                .orElse(null);
    }

    private static List<AttemptRow> story(View view, Move move) {
        return move == null
                ? List.of()
                : move.story().stream().map(a -> attempt(view, a)).toList();
    }

    private static AttemptRow attempt(View view, Attempt a) {
        return new AttemptRow(
                end(a.end()),
                a.disk() == 0 ? null : view.diskName(a.disk()),
                Rows.time(a.endedAt()),
                a.reason(),
                a.message());
    }

    private static String end(AttemptEnd end) {
        return switch (end) {
            case WAIT -> "Wait";
            case FAILURE -> "Failure";
            case ROLLBACK -> "Rollback";
            case HOPELESS -> "Hopeless";
            case STOP -> "Stop";
            case NEEDLESS -> "Needless";
        };
    }

    private static String intent(Intent intent) {
        return switch (intent) {
            case NONE -> "None";
            case CANCEL -> "Cancel";
            case PAUSE -> "Pause";
        };
    }

    private static String kind(OpKind kind) {
        return switch (kind) {
            case NODE_DECOMMISSION -> "NodeDecommission";
            case DISK_DECOMMISSION -> "DiskDecommission";
            case MOVE -> "Move";
            case REPAIR -> "Repair";
            case RECOVERY -> "Recovery";
            case OFFLINE -> "Offline";
            case REJOIN -> "Rejoin";
            case RECOVER_DATA -> "RecoverData";
            case BALANCE -> "Balance";
        };
    }

    static String status(OpStatus status) {
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
        if (op.recovery() != null) {
            return op.recovery().survivor() == 0 ? "Fenced" : "Chosen";
        }
        if (op.absence() != null) {
            return op.absence().led() ? "Primary" : "";
        }
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
