package io.kintsugi.master.transport;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.plan.Health.Check;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a recovery of the metadata leaves to operators, as checks of health: a flag to take back, replicas to look at. */
final class AfterRecovery {
    private static final String WARNING = "warning";
    /** How many subjects a check names. */
    private static final int NAMED = 20;

    private AfterRecovery() {}

    /** @param flagged names of masters whose configuration still tells them to wait for a recovery */
    static Health added(Health health, View view, List<String> flagged) {
        List<Check> checks = new ArrayList<>(health.checks());
        if (!flagged.isEmpty()) {
            checks.add(new Check(
                    "RECOVERY_FLAG_ON",
                    WARNING,
                    "recover_from_replica_server is still true, and there is nothing to recover, at "
                            + String.join(", ", flagged),
                    "set it to false in their configuration files; this warning goes when they are started next",
                    flagged));
        }
        List<ReplicaFacts> aside = keptAside(view);
        if (!aside.isEmpty()) {
            checks.add(new Check(
                    "REPLICAS_KEPT_ASIDE",
                    WARNING,
                    "replicas in quarantine, which the metadata doesn't name: " + aside.size(),
                    "kintsugi-datanode inspect shows what they hold, while their datanode is stopped",
                    aside.stream().limit(NAMED).map(r -> name(view, r)).toList()));
        }
        return checks.size() == health.checks().size()
                ? health
                : new Health(health.checks().isEmpty() ? WARNING : health.status(), List.copyOf(checks));
    }

    /**
     * Replicas that the masters leave alone, though no configuration names them: who knows of no configuration of this generation, and those of
     * partitions that never were. In order of ids.
     */
    static List<ReplicaFacts> keptAside(View view) {
        if (!(view.reports() instanceof SoftState reported)) {
            return List.of();
        }
        long generation = view.cluster().cluster().map(Cluster::generation).orElse(0L);
        long first = generation > 1 ? Partition.firstEpoch(generation) : 0;
        return view.cluster().nodes().stream()
                .flatMap(n -> reported.replicasOf(view.cluster(), n.id()).stream())
                .sorted()
                .flatMap(id -> view.reports().replica(id).stream())
                .filter(r -> isAside(view, r, first))
                .toList();
    }

    private static boolean isAside(View view, ReplicaFacts replica, long firstEpoch) {
        Optional<Partition> p = view.cluster().partition(replica.partition());
        if (p.isEmpty()) {
            return !view.cluster().purged(replica.partition());
        }
        return replica.epoch() < firstEpoch && p.get().all().stream().noneMatch(m -> m.replica() == replica.replica());
    }

    private static String name(View view, ReplicaFacts replica) {
        String of = view.cluster()
                .partition(replica.partition())
                .map(view::partitionName)
                .orElse("partition " + replica.partition());
        return "replica " + replica.replica() + " of " + of + " on " + view.diskName(replica.disk());
    }
}
