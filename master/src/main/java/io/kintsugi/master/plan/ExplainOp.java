package io.kintsugi.master.plan;

import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Why an op is where it is: what it waits for, which limits it meets, and what was tried. */
public final class ExplainOp {
    private ExplainOp() {}

    public static Explanation of(View view, Op op) {
        String subject = "op " + op.id() + " of " + op.target();
        return Explanation.of(
                subject, subject + " goes on: " + op.status(), op.ended() ? ended(op) : findings(view, op));
    }

    private static List<Finding> ended(Op op) {
        List<Finding> findings = new ArrayList<>();
        String how = "it has ended as " + op.status() + (op.message().isEmpty() ? "" : ": " + op.message());
        findings.add(
                op.status() == OpStatus.FAILED && !op.acknowledged()
                        ? Finding.problem(
                                op.reason().isEmpty() ? "OP_FAILED" : op.reason(),
                                how,
                                "remove the cause and ask for it again; op acknowledge " + op.id()
                                        + " says that you have seen it")
                        : Finding.ok("OP_ENDED", how));
        story(op, findings);
        return findings;
    }

    static List<Finding> findings(View view, Op op) {
        List<Finding> findings = new ArrayList<>();
        if (!view.reports().judging()) {
            findings.add(Finding.of(Survey.notJudging(), "", op.id()));
        }
        if (op.intent() != Intent.NONE) {
            findings.add(Finding.waits(op.intent() == Intent.CANCEL ? "CANCELLING" : "PAUSING", op.message()));
        }
        Survey survey = Survey.of(view);
        for (Waiting w : Tally.of(view, op, survey).waits()) {
            String prefix = op.move() != null || op.recovery() != null || op.absence() != null
                    ? ""
                    : "op " + op.id() + ", " + w.count() + " partitions: ";
            findings.add(Finding.of(w.reason(), prefix, op.id()));
        }
        if (op.recovery() != null && op.recovery().survivor() != 0) {
            findings.add(Finding.problem(op.reason(), op.message(), "look at what its table should hold"));
        }
        findings.add(verdict(op, DrainProgress.of(view, op, survey)));
        if (op.move() != null && op.holdsToken()) {
            Survey.ofMove(view, op).ifPresent(r -> findings.add(Finding.of(r, "", op.id())));
        }
        for (int nodeset : nodesets(view, op)) {
            findings.add(tokens(view, nodeset));
        }
        story(op, findings);
        return findings;
    }

    private static Finding verdict(Op op, DrainProgress p) {
        DrainProgress.Counts c = p.partitions();
        if (op.rescue() != null) {
            String back = c.moved() + " of " + c.total()
                    + " partitions are as well as they can be; automatic failover is off, and "
                    + (op.rescue().autoFailover() ? "comes on again" : "stays off") + " at its end";
            return Finding.ok("OP_PROGRESS", back);
        }
        String text = c.moved() + " of " + c.total() + " partitions moved, " + c.running() + " under way, "
                + c.waiting() + " waiting, " + c.failed() + " failed";
        return switch (p.verdict()) {
            case "slow" -> Finding.waits("OP_SLOW", text + "; slow: " + p.bottleneck());
            case "stuck" -> Finding.problem("OP_STUCK", text + "; stuck: " + p.bottleneck(), knob(p.knob(), op));
            default -> Finding.ok("OP_PROGRESS", text);
        };
    }

    private static String knob(String knob, Op op) {
        return knob == null ? "op cancel " + op.id() + " takes it back" : knob;
    }

    private static Set<Integer> nodesets(View view, Op op) {
        Set<Integer> nodesets = new TreeSet<>();
        switch (op.kind()) {
            case MOVE, REPAIR -> nodesets.add(op.move().nodeset());
            case DISK_DECOMMISSION -> nodesets.add(MoveAdmission.nodesetOf(view, op.disk()));
            case RECOVERY, OFFLINE, REJOIN, RECOVER_DATA, BALANCE -> {}
            case NODE_DECOMMISSION -> view.cluster().node(op.node()).ifPresent(n -> nodesets.add(n.nodeset()));
        }
        return nodesets;
    }

    static Finding tokens(View view, int nodeset) {
        long taken = view.cluster().movesOfNodeset(nodeset).size();
        long disks = view.cluster().openDrains().stream()
                .filter(o -> o.status() == OpStatus.RUNNING && MoveAdmission.nodesetOf(view, o.disk()) == nodeset)
                .count();
        String name = view.cluster().nodeset(nodeset).map(n -> n.name()).orElse(Integer.toString(nodeset));
        return Finding.ok(
                "LIMITS",
                "nodeset " + name + ": " + taken + " of " + view.setting(Setting.DECOMMISSION_DP_LIMIT)
                        + " tokens (DecommissionDpLimit) and " + disks + " of "
                        + view.setting(Setting.DECOMMISSION_DISK_LIMIT)
                        + " disk slots (DecommissionDiskLimit) are taken");
    }

    private static void story(Op op, List<Finding> findings) {
        if (op.move() == null) {
            return;
        }
        for (Attempt a : op.move().story()) {
            findings.add(Finding.ok("EARLIER_ATTEMPT", "an attempt ended with " + a.reason() + ": " + a.message()));
        }
    }
}
