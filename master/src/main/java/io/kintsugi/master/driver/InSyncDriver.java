package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Elections;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.NodeDown;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts primaries' proposals of in-sync sets to the state (rules 10 and 11). The answer, granted or not, is the present configuration. */
final class InSyncDriver implements Driver {
    /** A few heartbeats of the nodes that have to be heard. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** @param since when it was first received; what was heard of other nodes before says nothing about it */
    private record Pending(int node, InSyncProposal proposal, long since) {}

    private final Proposals proposals;
    private final Tasks tasks;
    private final Alarms alarms;
    private final Map<Integer, Pending> pending = new HashMap<>();

    InSyncDriver(Proposals proposals, Tasks tasks, Alarms alarms) {
        this.proposals = proposals;
        this.tasks = tasks;
        this.alarms = alarms;
    }

    /** The latest one of each partition counts. */
    void received(int node, InSyncProposal proposal, long now) {
        Pending before = pending.get(proposal.getPartition());
        boolean retried = before != null && before.proposal.equals(proposal);
        pending.put(proposal.getPartition(), new Pending(node, proposal, retried ? before.since : now));
    }

    /** The loop was held up, and took all nodes for heard: they have to be heard again. */
    void forgive(long now) {
        pending.replaceAll((id, of) -> new Pending(of.node, of.proposal, now));
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
        if (Elections.unheard(view, p, inSync, of.since())) {
            alarms.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.partition(p.id()));
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
