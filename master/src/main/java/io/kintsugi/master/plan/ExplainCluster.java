package io.kintsugi.master.plan;

import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;

/** Why is nothing happening? Every op that an operator asked for, with what it waits for; and the limits that they meet. */
public final class ExplainCluster {
    private static final int MOST = 50;

    private ExplainCluster() {}

    public static Explanation of(View view) {
        List<Finding> findings = new ArrayList<>();
        if (!view.reports().judging()) {
            findings.add(Finding.of(Survey.notJudging(), "", 0));
        }
        Survey survey = Survey.of(view);
        List<Op> roots =
                view.cluster().openOps().stream().filter(op -> op.parent() == 0).toList();
        roots.stream().limit(MOST).forEach(op -> findings.add(op(view, op, survey)));
        if (roots.size() > MOST) {
            findings.add(Finding.waits("MORE_OPS", (roots.size() - MOST) + " more ops are open: op ls"));
        }
        for (Nodeset nodeset : view.cluster().nodesets()) {
            if (!view.cluster().movesOfNodeset(nodeset.id()).isEmpty() || !roots.isEmpty()) {
                findings.add(ExplainOp.tokens(view, nodeset.id()));
            }
        }
        if (BalanceGate.wanted(view)) {
            BalanceGate.holds(view).ifPresent(r -> findings.add(Finding.waits(r.code(), "balance: " + r.message())));
        }
        Health.of(view, List.of()).checks().stream()
                .filter(c -> !c.code().startsWith("OPS_"))
                .forEach(c -> findings.add(Finding.problem(c.code(), c.message(), c.remedy())));
        if (roots.isEmpty()) {
            findings.add(Finding.ok("NOTHING_ASKED_FOR", "no op is open: nothing has been asked for"));
        }
        String whenOk = roots.isEmpty()
                ? "nothing is happening because nothing has been asked for, and nothing needs to be done"
                : roots.size() + " ops go on";
        return Explanation.of("cluster", whenOk, findings);
    }

    private static String kind(Op op) {
        return switch (op.kind()) {
            case MOVE -> "move";
            case REPAIR -> "repair";
            case RECOVERY -> "recovery";
            case OFFLINE -> "offline";
            case REJOIN -> "return";
            case RECOVER_DATA -> "recovery of data";
            case BALANCE -> "balance";
            case DISK_DECOMMISSION, NODE_DECOMMISSION -> "decommission";
        };
    }

    private static Finding op(View view, Op op, Survey survey) {
        DrainProgress p = DrainProgress.of(view, op, survey);
        String what = kind(op) + " " + op.id() + " of " + op.target() + ", " + p.percent() + " %: ";
        return switch (p.verdict()) {
            case "stuck" ->
                Finding.problem(
                        "OP_STUCK", what + p.bottleneck(), p.knob() == null ? "op explain " + op.id() : p.knob());
            case "waiting" -> Finding.waits("OP_WAITING", what + p.bottleneck());
            case "slow" -> Finding.waits("OP_SLOW", what + p.bottleneck());
            default -> Finding.ok("OP_PROGRESS", what + p.partitions().running() + " partitions under way");
        };
    }
}
