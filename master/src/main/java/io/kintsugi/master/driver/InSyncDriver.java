package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Elections;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.NodeDown;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts primaries' proposals of in-sync sets to the state (rules 10 and 11). The answer, granted or not, is the present configuration. */
final class InSyncDriver implements Driver {
    private record Pending(int node, InSyncProposal proposal) {}

    private final Proposals proposals;
    private final Tasks tasks;
    private final Map<Integer, Pending> pending = new HashMap<>();

    InSyncDriver(Proposals proposals, Tasks tasks) {
        this.proposals = proposals;
        this.tasks = tasks;
    }

    /** The latest one of each partition counts. */
    void received(int node, InSyncProposal proposal) {
        pending.put(proposal.getPartition(), new Pending(node, proposal));
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (pending.isEmpty()) {
            return;
        }
        for (int id : dirty.partitions) {
            if (pending.containsKey(id) && !proposals.busy(Subject.partition(id))) {
                view.cluster().partition(id).ifPresentOrElse(p -> decide(view, p), () -> pending.remove(id));
            }
        }
    }

    /** No request id is needed: the epoch lets at most one through, and the primary asks again until it hears of a higher one. */
    private void decide(View view, Partition p) {
        Pending of = pending.get(p.id());
        InSyncProposal proposal = of.proposal();
        boolean stale = proposal.getEpoch() != p.epoch() || proposal.getReplica() != p.primary();
        if (stale) {
            pending.remove(p.id());
            tasks.send(of.node(), NodeDown.newBuilder().setConfiguration(Protos.configuration(view.cluster(), p)));
            return;
        }
        List<Long> inSync =
                proposal.getInSyncList().stream().sorted().distinct().toList();
        if (addsFailed(view, p, inSync) || inSync.stream().anyMatch(p::isHeld) || HigherEpoch.holds(view, p)) {
            return;
        }
        pending.remove(p.id());
        Optional<Command.Elect> instead = Elections.insteadOfAlone(view, p, inSync);
        if (instead.isPresent()) {
            proposals.propose(Subject.partition(p.id()), instead.get());
            return;
        }
        proposals.propose(Subject.partition(p.id()), new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), inSync));
    }

    /**
     * A primary may reach a member that the masters hold for dead. Granted, it would be taken out at once, and proposed again, for ever: so
     * the proposal stays open until the member is well, the primary thinks better of it, or another epoch has come. So it does for one that is
     * held out of service, until it is let in.
     */
    private static boolean addsFailed(View view, Partition p, List<Long> inSync) {
        return inSync.stream()
                .filter(r -> !p.isInSync(r))
                .anyMatch(r -> p.member(r).filter(view::failed).isPresent());
    }
}
