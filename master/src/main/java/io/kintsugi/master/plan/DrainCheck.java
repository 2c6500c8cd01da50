package io.kintsugi.master.plan;

import io.kintsugi.master.plan.DrainPlan.Blocker;
import io.kintsugi.master.view.View;
import java.util.List;

/** May it be drained now, and if not, which partitions stop it? As the API shows it. */
public record DrainCheck(
        String target, boolean mayDrain, int partitions, long bytes, List<Blocker> stoppedBy, String message) {
    public static DrainCheck of(View view, Target target) {
        DrainPlan plan = DrainPlan.of(view, target);
        boolean may = plan.possible() && view.reports().judging();
        String message;
        if (!view.reports().judging()) {
            message = Survey.notJudging().message();
        } else if (!plan.possible()) {
            message = plan.blockers().size() + " of " + plan.partitions() + " partitions can't leave " + plan.target()
                    + ": " + plan.blockers().getFirst().message();
        } else if (plan.partitions() == 0) {
            message = plan.target() + " holds nothing";
        } else {
            message = plan.target() + " can be drained: " + plan.partitions() + " partitions, " + plan.bytes()
                    + " bytes; no partition falls below " + plan.leastRedundancy() + " in-sync replicas";
        }
        return new DrainCheck(plan.target(), may, plan.partitions(), plan.bytes(), plan.blockers(), message);
    }
}
