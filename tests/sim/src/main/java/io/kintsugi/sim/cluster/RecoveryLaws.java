package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.master.SimMaster;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a master may propose, by what it knows. Law 1 at the moment when it chooses a survivor: nobody in-sync is there, all that are there are
 * fenced, nobody better is left out, and whom the fence did not reach is named (DESIGN section 6, rule 18).
 */
final class RecoveryLaws {
    private static final Comparator<ReplicaFacts> LONGER =
            Comparator.comparingLong(ReplicaFacts::lastEpoch).thenComparingLong(ReplicaFacts::lastIndex);

    private final Cluster cluster;

    RecoveryLaws(Cluster cluster) {
        this.cluster = cluster;
        cluster.masters.onProposal((master, command) -> {
            if (command instanceof Command.ChooseSurvivor c) {
                check(master, c);
                untouched(master, c.partition(), c);
            } else if (command instanceof Command.FenceForData c) {
                unserved(master, c);
                untouched(master, c.partition(), c);
            } else if (command instanceof Command.Elect c) {
                untouched(master, c.partition(), c);
            } else if (command instanceof Command.AdmitMove c) {
                untouched(master, c.partition(), c);
            } else if (command instanceof Command.StartMove c) {
                untouched(master, c.partition(), c);
            }
        });
    }

    /** While a replica has an epoch above the masters', nobody elects, moves or repairs. */
    private void untouched(SimMaster master, int partition, Command command) {
        View view = master.loop().view().orElse(null);
        Partition p = view == null ? null : view.cluster().partition(partition).orElse(null);
        if (p != null
                && p.all().stream()
                        .flatMap(m -> view.reports().replica(m.replica()).stream())
                        .anyMatch(f -> f.epoch() > p.epoch())) {
            throw cluster.world.broken("1", command + " is proposed, and a replica is above the masters' epoch: " + p);
        }
    }

    /** A recovery of all data overrides nobody who serves, or could without a loss. */
    private void unserved(SimMaster master, Command.FenceForData c) {
        View view = master.loop().view().orElse(null);
        Partition p =
                view == null ? null : view.cluster().partition(c.partition()).orElse(null);
        if (p != null
                && p.epoch() == c.epoch()
                && (view.served(p) || p.all().stream().anyMatch(m -> p.isInSync(m.replica()) && view.able(m)))) {
            throw cluster.world.broken("1", c + " is proposed, and somebody in-sync is there: " + p);
        }
    }

    private void check(SimMaster master, Command.ChooseSurvivor c) {
        View view = master.loop().view().orElse(null);
        Partition p =
                view == null ? null : view.cluster().partition(c.partition()).orElse(null);
        if (p == null || p.epoch() != c.epoch()) {
            return; // it is refused
        }
        RecoveryWish wish =
                view.cluster().op(c.op()).map(op -> op.recovery().wish()).orElse(RecoveryWish.NONE);
        boolean insists = wish.insist() && wish.survivor() == c.replica();
        long left = p.member(c.replica()).map(Member::leftEpoch).orElse(Member.NEVER);
        ReplicaFacts chosen = view.reports().replica(c.replica()).orElseThrow();
        for (Member m : p.all()) {
            Optional<ReplicaFacts> facts = view.reports().replica(m.replica()).filter(f -> view.able(m));
            if (facts.isEmpty()) {
                if (!Forks.unreached(c, view.diskName(m.disk()))) {
                    broken("whom the fence didn't reach isn't named, on " + view.diskName(m.disk()), c, p);
                }
            } else if (facts.get().epoch() < p.epoch()) {
                broken("a replica that is there hasn't stored the fence: " + facts.get(), c, p);
            } else if (m.replica() != c.replica() && facts.get().state() == ReplicaFacts.State.OK) {
                boolean better = m.leftEpoch() > left
                        || m.leftEpoch() == left && left > Member.NEVER && LONGER.compare(facts.get(), chosen) > 0;
                if (p.isInSync(m.replica()) || better && !insists) {
                    broken("a better one is there: " + facts.get(), c, p);
                }
            }
        }
    }

    private void broken(String what, Command.ChooseSurvivor c, Partition p) {
        throw cluster.world.broken("1", what + "; " + c + " of " + p);
    }
}
