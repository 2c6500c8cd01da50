package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Tries;
import io.kintsugi.master.plan.DrainProgress;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code /dataPartition/queryDecommissionStatus}: what is persisted of a move, and what it waits for now. */
final class PartitionJobJson {
    private PartitionJobJson() {}

    static JsonObject of(View view, Partition p) {
        PartitionJob job = PartitionJob.of(view, p);
        Optional<Op> op = job.op();
        Tries tries = Optional.ofNullable(job.move()).map(Op::tries).orElse(Tries.NONE);
        long joining = p.joining() == null ? 0 : p.joining().replica();
        return new JsonObject()
                .put("PartitionId", p.id())
                .put("ReplicaNum", p.target())
                .put("Status", job.status().map(Words::status).orElse(Words.INITIAL))
                .put("SpecialStep", Words.specialStep(p, job.move()))
                .put("Progress", progress(view, job))
                .put("DiskRetryMap", new JsonObject())
                .put("Retry", tries.failures())
                .put("RaftForce", false)
                .put("Recover", p.joining() != null)
                .put("SrcAddress", job.sourceAddress(view))
                .put("SrcDiskPath", Find.path(view, job.sourceDisk()))
                .put("DstAddress", Find.addressOfDisk(view, job.destinationDisk()))
                .put(
                        "DstNodeSet",
                        job.destinationDisk() == 0 ? 0 : MoveAdmission.nodesetOf(view, job.destinationDisk()))
                .put("Term", job.term(view))
                .put("Weight", op.map(Op::weight).orElse(0))
                .put(
                        "Replicas",
                        p.all().stream().map(m -> Find.address(view, m.node())).toList())
                .put("ErrorMessage", message(view, job))
                .put("NeedRollbackTimes", tries.rollbacks())
                .put("DecommissionType", op.map(o -> Words.type(view, o)).orElse(Words.INITIAL_TYPE))
                .put("RestoreReplicaType", Words.mutex(p.mutex()))
                .put("IsDiscard", view.cluster().discarded(p.id()))
                .put("RecoverStartTime", GoText.clock(Moments.began(view, joining)))
                .put("RecoverUpdateTime", GoText.clock(Moments.progressed(view, joining)))
                .put("DecommissionRetryTime", GoText.clock(tries.notBefore()));
    }

    private static String progress(View view, PartitionJob job) {
        return job.move() == null
                ? ""
                : GoText.percent(DrainProgress.of(view, job.move(), Survey.NONE).percent());
    }

    /** Of an open one, why it waits (one without a move of its own: what the disk waits for); of one that failed, why. */
    private static String message(View view, PartitionJob job) {
        if (job.op().isEmpty() || job.status().equals(Optional.of(OpStatus.SUCCESS))) {
            return "";
        }
        if (job.move() != null && !job.move().ended()) {
            return Survey.ofMove(view, job.move())
                    .map(r -> r.code() + ": " + r.message())
                    .orElse("");
        }
        if (job.drain() != null) {
            return DrainProgress.of(view, job.drain(), Survey.of(view)).waitingFor().stream()
                    .map(w -> w.reason() + ": " + w.message())
                    .collect(Collectors.joining("; "));
        }
        Op op = job.op().get();
        return op.reason() + ": " + op.message();
    }

    /** {@code …UpdateRecords}: when it was asked for, the latest attempts that came to nothing, and where it is now; oldest first. */
    static List<JsonObject> records(View view, Partition p) {
        PartitionJob job = PartitionJob.of(view, p);
        if (job.op().isEmpty()) {
            return List.of();
        }
        Op op = job.op().get();
        List<JsonObject> records = new ArrayList<>();
        records.add(record("mark", Words.MARKED, op.times().created(), ""));
        if (job.move() != null) {
            for (Attempt a : job.move().move().story()) {
                records.add(record(condition(a.end()), Words.MARKED, a.endedAt(), a.reason() + ": " + a.message()));
            }
            if (op.status() != OpStatus.MARKED) {
                records.add(record("now", Words.status(op.status()), op.times().updated(), message(view, job)));
            }
        }
        return records;
    }

    private static JsonObject record(String condition, String status, long at, String message) {
        return new JsonObject()
                .put("Condition", condition)
                .put("Status", status)
                .put("Time", GoText.clock(at))
                .put("ErrMessage", message);
    }

    private static String condition(AttemptEnd end) {
        return switch (end) {
            case WAIT -> "wait";
            case FAILURE -> "retry";
            case ROLLBACK -> "rollback";
            case HOPELESS -> "fail";
            case STOP, NEEDLESS -> "stop";
        };
    }
}
