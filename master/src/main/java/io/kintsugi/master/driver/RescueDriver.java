package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.MoveSteps;
import io.kintsugi.master.plan.RescueSteps;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drives the recovery of all data. Every partition is looked at once, then when something happens to it; those with which something is left to be
 * done are kept here, and when there are none the op ends. One that waits holds up no other.
 */
final class RescueDriver implements Driver {
    private final Proposals proposals;
    private final TreeSet<Integer> open = new TreeSet<>();
    /** The op and revision for which all partitions have been looked at; 0 for none. */
    private long op;

    private long revision;

    RescueDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    /** Before the elections: they act while it goes on, and are to look at every partition too. */
    @Override
    public void step(View view, Dirty dirty) {
        Op rescue = view.cluster().openRescue().orElse(null);
        if (rescue == null) {
            op = 0;
            return;
        }
        if (!view.reports().judging()) {
            return;
        }
        if (op != rescue.id() || revision != rescue.revision()) {
            op = rescue.id();
            revision = rescue.revision();
            open.clear();
            dirty.partitions.addAll(view.cluster().partitions().keySet());
        }
        if (dirty.allOps) { // a disk that is taken back may hold what a partition waits for
            dirty.partitions.addAll(open);
        }
        Set<Integer> about = new TreeSet<>();
        dirty.partitions.forEach(id -> {
            if (concerns(view, id)) {
                about.add(id);
            } else {
                open.remove(id);
            }
        });
        about.forEach(id -> view.cluster().partition(id).ifPresent(p -> drive(view, rescue, p)));
        while (!open.isEmpty() && !concerns(view, open.first())) {
            open.pollFirst(); // given up meanwhile, which is no change of the partition
        }
        Subject subject = Subject.op(rescue.id());
        if (open.isEmpty() && !proposals.busy(subject)) {
            proposals.propose(subject, new Command.FinishRecoverData(rescue.id(), rescue.revision()));
        }
    }

    private static boolean concerns(View view, int id) {
        return view.cluster()
                .partition(id)
                .filter(p -> RescueSteps.concerns(view, p))
                .isPresent();
    }

    private void drive(View view, Op rescue, Partition p) {
        Optional<MoveSteps.Next> next = RescueSteps.next(view, rescue, p);
        if (next.isEmpty()) {
            open.remove(p.id());
            return;
        }
        open.add(p.id());
        Subject subject = Subject.partition(p.id());
        if (next.get() instanceof MoveSteps.Next.Propose propose && !proposals.busy(subject)) {
            proposals.propose(subject, propose.command());
        }
    }
}
