package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.DrainProgress;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How far the decommission of a disk or a datanode is. */
final class DrainJson {
    private DrainJson() {}

    /** What is answered of a disk that has no decommission. */
    static JsonObject initial() {
        return new JsonObject().put("StatusMessage", Words.INITIAL);
    }

    /** @param survey one look for all that are asked about */
    static JsonObject ofDisk(View view, Op drain, Survey survey) {
        return body(new JsonObject(), view, drain, List.of(drain), survey)
                .put("DecommissionType", Words.type(view, drain))
                .put("RetryOverLimitDps", List.of())
                .put("IsManualDecommissionDisk", !drain.automatic());
    }

    static JsonObject ofNode(View view, Op op) {
        JsonObject status = new JsonObject().put("Status", Words.statusNumber(op.status()));
        return body(status, view, op, Jobs.drainsOf(view, op), Survey.of(view));
    }

    private static JsonObject body(JsonObject json, View view, Op op, List<Op> drains, Survey survey) {
        DrainProgress progress = DrainProgress.of(view, op, survey);
        DrainProgress.Counts n = progress.partitions();
        DrainParts parts = DrainParts.of(view, drains);
        return json.put("StatusMessage", Words.status(op.status()))
                .put("Weight", op.weight())
                .put("Progress", GoText.percent(progress.percent()))
                .put("TotalDpCnt", n.total())
                .put("RemainingDpCnt", op.status() == OpStatus.SUCCESS ? 0 : n.total() - n.moved() - n.ignored())
                .put("RunningDps", parts.running())
                .put("FailedDps", DrainParts.json(parts.failed()))
                .put("IgnoreDps", DrainParts.json(parts.ignored()))
                .put("ResidualDps", DrainParts.json(parts.residual()))
                .put("StartTime", GoText.zoned(op.times().created()));
    }
}
