package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.AbsencePlan;
import io.kintsugi.master.plan.Elections;
import io.kintsugi.master.plan.RescuePlan;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.state.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** In some runs operators switch automatic failover off and on, take members out of service and let them in, and elect by hand. */
final class Absences {
    private static final int RESCUES = 7;
    private final Cluster cluster;

    Absences(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether this is such a run. */
    boolean some() {
        return cluster.world.seed() % 4 == 3;
    }

    Command command(SplittableRandom random, ClusterState s) {
        List<Partition> all = List.copyOf(s.partitions().values());
        if (all.isEmpty() || random.nextInt(4) == 0) {
            return new Command.SetSettings(Map.of("AutoFailover", Boolean.toString(random.nextInt(3) == 0)));
        }
        Partition p = all.get(random.nextInt(all.size()));
        Member m = p.members().get(random.nextInt(p.members().size()));
        return switch (random.nextInt(4)) {
            case 0 -> hold(p, m);
            case 1 -> elect(all).orElseGet(() -> hold(p, m));
            default -> new Command.ReleaseReplica(p.id(), out(random, p, m));
        };
    }

    /** Whether operators of this run recover all data now and then. */
    boolean rescues() {
        return cluster.world.seed() % 8 == RESCUES;
    }

    /** With what the plan says may be lost where that is allowed, and now and then without having asked for a plan. */
    Command rescue(SplittableRandom random) {
        List<Integer> choices = cluster.view()
                .filter(view -> cluster.trouble.force() && random.nextInt(4) > 0)
                .map(view ->
                        RescuePlan.of(view).choices().map(RescuePlan.Row::id).toList())
                .orElse(List.of());
        return new Command.RecoverData(random.nextInt(3) * 2_000L * cluster.plan.pace(), choices);
    }

    /** As the API lets it through, by the view of whoever leads; the healthy too. */
    private Command hold(Partition p, Member m) {
        return cluster.view()
                .map(view -> AbsencePlan.out(view, p, m, true).commands())
                .filter(commands -> !commands.isEmpty())
                .map(List::getFirst)
                .orElseGet(() -> new Command.ReleaseReplica(p.id(), m.replica()));
    }

    private Optional<Command> elect(List<Partition> all) {
        return cluster.view().flatMap(view -> all.stream()
                .filter(p -> Elections.primaryFailed(view, p) && !HigherEpoch.holds(view, p))
                .flatMap(p -> Elections.byHand(view, p).stream())
                .map(Command.class::cast)
                .findFirst());
    }

    private static long out(SplittableRandom random, Partition p, Member otherwise) {
        List<Long> held = p.away().held();
        return held.isEmpty() || random.nextInt(6) == 0 ? otherwise.replica() : held.getFirst();
    }
}
