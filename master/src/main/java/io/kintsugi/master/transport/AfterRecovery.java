package io.kintsugi.master.transport;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.plan.Health.Check;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.Stranger;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a recovery of the metadata leaves to operators, as checks of health: a flag to take back, replicas to look at; and datanodes that go by other
 * masters, because a recovery was forgotten here or has taken place elsewhere.
 */
final class AfterRecovery {
    private static final String WARNING = "warning";
    private static final String CRITICAL = "critical";
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
        checks.addAll(strangers(view));
        return checks.size() == health.checks().size() ? health : new Health(worst(checks), List.copyOf(checks));
    }

    private static String worst(List<Check> checks) {
        return checks.stream().anyMatch(c -> c.level().equals(CRITICAL)) ? CRITICAL : WARNING;
    }

    /** Who is refused. The original ends with a core dump where it meets replicas that it doesn't know; here nobody touches them. */
    private static List<Check> strangers(View view) {
        if (!(view.reports() instanceof SoftState reported)) {
            return List.of();
        }
        String own = view.cluster().cluster().map(Cluster::id).orElse("");
        List<Stranger> others = new ArrayList<>();
        List<Stranger> newer = new ArrayList<>();
        reported.strangers(view.nowNanos()).forEach(s -> (s.clusterId().equals(own) ? newer : others).add(s));
        List<Check> checks = new ArrayList<>();
        if (!others.isEmpty()) {
            checks.add(new Check(
                    "DATANODES_OF_ANOTHER_CLUSTER",
                    CRITICAL,
                    "datanodes of another cluster, " + others.getFirst().clusterId() + ", are refused: " + others.size()
                            + "; what they keep is not on these masters: administrator should check consistency of meta data",
                    "if these masters lost their metadata, and recover_from_replica_server was forgotten: stop them, empty their"
                            + " data.dir, set it to true, and `kintsugi meta recover`; else point the datanodes at their own masters",
                    names(others)));
        }
        if (!newer.isEmpty()) {
            checks.add(new Check(
                    "DATANODES_OF_NEWER_GENERATION",
                    CRITICAL,
                    "datanodes that follow generation " + newer.getFirst().generation()
                            + " of this cluster's metadata are lost to these masters, of an older one: " + newer.size(),
                    "stop these masters: the metadata was recovered elsewhere; with empty data.dirs they can join those",
                    names(newer)));
        }
        return checks;
    }

    private static List<String> names(List<Stranger> strangers) {
        return strangers.stream()
                .limit(NAMED)
                .map(s -> s.name() + " (" + s.address() + ")")
                .toList();
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
