package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.AutoFailover;
import io.kintsugi.master.plan.Elections;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives partitions another primary when theirs has failed, and takes failed replicas out of the in-sync set; only a primary puts one in. Acts
 * only once the leader may judge: before that, silence says nothing.
 */
final class FailoverDriver implements Driver {
    private final Proposals proposals;
    private final Map<Integer, Long> readdressed = new HashMap<>();
    /** As last seen; a new leader looks at everything anyway. */
    private boolean automatic = true;

    FailoverDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    /** A member's datanode has another address: the others learn it with the next epoch, so there must be one. */
    void readdressed(Partition p) {
        readdressed.put(p.id(), p.epoch());
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!view.reports().judging()) {
            return;
        }
        switchedOn(view, dirty);
        for (int id : dirty.partitions) {
            Partition p = view.cluster().partition(id).orElse(null);
            Subject subject = Subject.partition(id);
            if (p != null && !proposals.busy(subject) && !HigherEpoch.holds(view, p)) {
                Elections.failover(view, p)
                        .or(() -> sameAgain(view, p))
                        .ifPresent(elect -> proposals.propose(subject, elect));
            }
        }
    }

    /** Automatic failover goes on: whoever has failed meanwhile is looked at now, not when something happens to it next. */
    private void switchedOn(View view, Dirty dirty) {
        boolean on = AutoFailover.on(view);
        if (on && !automatic) {
            dirty.partitions.addAll(view.cluster().partitions().keySet());
        }
        automatic = on;
    }

    private Optional<Command.Elect> sameAgain(View view, Partition p) {
        Long epoch = readdressed.get(p.id());
        if (epoch == null || p.epoch() > epoch) {
            readdressed.remove(p.id());
            return Optional.empty();
        }
        return p.member(p.primary())
                .filter(view::able)
                .map(m -> new Command.Elect(p.id(), p.epoch(), m.replica(), p.inSync()));
    }
}
