package io.kintsugi.master.plan;

import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.MoveAdmission.Planned;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One look at all that waits, by the planner that acts, for everybody who asks in the same moment: looking for each op alone would scan the
 * same disks again and again.
 *
 * @param drains disk decommission → what its partitions wait for; a count of 0 stands for all that don't move
 */
public record Survey(Map<Long, List<Waiting>> drains) {
    /** For ops that have ended. */
    public static final Survey NONE = new Survey(Map.of());

    /** As the driver looks, nodeset by nodeset, with the tokens that are left shared out as it does. */
    public static Survey of(View view) {
        Map<Long, List<Waiting>> drains = new HashMap<>();
        MoveAdmission.askers(view).forEach((nodeset, ops) -> look(view, nodeset, ops, drains));
        return new Survey(drains);
    }

    private static void look(View view, int nodeset, List<Op> ops, Map<Long, List<Waiting>> drains) {
        Planned planned = Planned.byPrepared(view, nodeset);
        List<MoveAdmission.Queue> queues = new ArrayList<>();
        List<DrainScan> scans = new ArrayList<>();
        for (Op op : ops) {
            Optional<Reason> whole = whole(view, op);
            if (op.move() != null) {
                queues.add(MoveAdmission.single(view, op, planned));
            } else if (whole.isPresent()) {
                drains.put(op.id(), List.of(new Waiting(whole.get(), 0)));
            } else if (op.status() == OpStatus.RUNNING) {
                scans.add(new DrainScan(view, op, planned, partition -> false));
            } else {
                drains.put(op.id(), unadmitted(view, op, nodeset));
            }
        }
        queues.addAll(scans);
        Map<Long, Integer> next = new HashMap<>();
        MoveAdmission.share(queues, MoveAdmission.tokensLeft(view, nodeset))
                .forEach(start -> next.merge(start.asker().id(), 1, Integer::sum));
        for (DrainScan scan : scans) {
            drains.put(
                    scan.op().id(),
                    waits(view, nodeset, scan, next.getOrDefault(scan.op().id(), 0)));
        }
    }

    /** What keeps all of a drain. */
    private static Optional<Reason> whole(View view, Op op) {
        if (op.intent() == Intent.CANCEL) {
            return Optional.of(Reason.passing("CANCELLING", op.message()));
        }
        if (op.status() == OpStatus.PAUSED) {
            return Optional.of(Reason.of("PAUSED", op.message() + ": resume op " + op.id()));
        }
        return view.reports().judging() ? Optional.empty() : Optional.of(notJudging());
    }

    /** What is said while a new leader has heard too little. */
    public static Reason notJudging() {
        return Reason.passing(
                "NOT_JUDGING",
                "this leader is new and hasn't heard of enough datanodes yet: nothing is begun until then");
    }

    private static List<Waiting> unadmitted(View view, Op op, int nodeset) {
        DrainScan scan = new DrainScan(view, op, Planned.byPrepared(view, nodeset), partition -> false);
        if (scan.next().isEmpty() && scan.stuck()) {
            return List.copyOf(scan.waits());
        }
        return List.of(new Waiting(MoveAdmission.diskSlot(view, op, 0).orElseGet(Survey::aboutToBegin), 0));
    }

    private static List<Waiting> waits(View view, int nodeset, DrainScan scan, int aboutToBegin) {
        int withoutToken = 0;
        while (scan.next().isPresent()) {
            withoutToken++;
        }
        List<Waiting> waits = new ArrayList<>(scan.waits());
        if (withoutToken > 0) {
            waits.add(new Waiting(MoveAdmission.noToken(view, nodeset), withoutToken));
        }
        if (aboutToBegin > 0) {
            waits.add(new Waiting(aboutToBegin(), aboutToBegin));
        }
        return waits;
    }

    private static Reason aboutToBegin() {
        return Reason.passing("WAITING_FOR_ADMISSION", "nothing stands in its way: it is about to begin");
    }

    /** Why an open recovery doesn't go on; empty when its next step is on its way. */
    public static Optional<Reason> ofRecovery(View view, Op op) {
        return view.cluster().partition(op.recovery().partition()).flatMap(p -> switch (RecoverySteps.next(
                view, op, p)) {
            case MoveSteps.Next.Wait wait -> Optional.of(wait.reason());
            case MoveSteps.Next.Propose propose -> Optional.empty();
        });
    }

    /** Why an open move doesn't go on, or what it is at; empty when its next step is on its way. */
    public static Optional<Reason> ofMove(View view, Op op) {
        return view.cluster().partition(op.move().partition()).flatMap(p -> switch (MoveSteps.next(view, op, p)) {
            case MoveSteps.Next.Wait wait -> Optional.of(wait.reason());
            case MoveSteps.Next.Propose propose -> Optional.empty();
        });
    }
}
