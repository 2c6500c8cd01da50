package io.kintsugi.sim.cluster;

import io.kintsugi.datanode.drill.Drill;
import io.kintsugi.datanode.drill.Drills;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.datanode.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Stored configurations that aren't the masters': with one peer too many or too few, as the drills of a datanode's debug port plant them, and of
 * an epoch above the masters', as if these had lost something. The latter spreads within the partition; after a while it is taken back everywhere.
 */
final class PeerDrills {
    /** How far above: masters don't come there by themselves. */
    private static final long ABOVE = 1_000_000;

    private final Cluster cluster;

    PeerDrills(Cluster cluster) {
        this.cluster = cluster;
    }

    void plant(SplittableRandom random, SimNode node) {
        List<ReplicaHost> open = replicas(node);
        if (open.isEmpty()) {
            return;
        }
        ReplicaHost replica = open.get(random.nextInt(open.size()));
        if (random.nextInt(3) > 0) {
            Drill drill = random.nextBoolean() ? Drill.EXTRA_PEER : Drill.MISSING_PEER;
            cluster.world.count("fault." + drill.text(), node.name());
            within(node, host -> new Drills(true, host).on(drill, Long.toString(replica.id())));
        } else if (cluster.planted.add(replica.partition())) {
            cluster.world.count("fault.higher-epoch", node.name());
            within(node, host -> replica.disk().reload(replica.id(), c -> with(c, c.epoch() + ABOVE, 0)));
            takeBackLater(replica.partition(), cluster.plan.paced(500) + random.nextLong(cluster.plan.paced(8_000)));
        }
    }

    /** Until no datanode has it. */
    private void takeBackLater(int partition, long nanos) {
        cluster.world.after(nanos, "chaos", "world", () -> {
            boolean all = cluster.view().filter(v -> told(v, partition)).isEmpty();
            for (SimNode node : cluster.nodes) {
                all &= node.host() != null && allOpen(node, partition);
                for (ReplicaHost replica : replicas(node)) {
                    if (replica.partition() == partition && replica.status().epoch() > ABOVE) {
                        all = false;
                        within(node, host -> replica.disk()
                                .reload(replica.id(), c -> c.epoch() > ABOVE ? before(c, c.epoch() - ABOVE) : c));
                    }
                }
            }
            if (all) {
                cluster.world.after(
                        cluster.plan.paced(3_000), "chaos", "world", () -> cluster.planted.remove(partition));
            } else {
                takeBackLater(partition, cluster.plan.paced(300));
            }
        });
    }

    /** The leading master may have been told, and not have heard since, of whom it is cut off from. */
    private static boolean told(View view, int partition) {
        return view.cluster()
                .partition(partition)
                .filter(p -> HigherEpoch.holds(view, p))
                .isPresent();
    }

    /** What a disk that can't be used now has of it may be heard of later. */
    private static boolean allOpen(SimNode node, int partition) {
        return node.host().unusable().isEmpty()
                && node.host().reports().stream()
                        .filter(r -> r.getPartition() == partition)
                        .allMatch(r -> node.host().replica(r.getReplica()) != null);
    }

    /** As it was in the epoch that is the masters', if it is. */
    private Config before(Config c, long epoch) {
        long primary = cluster.state()
                .partition(c.partition())
                .filter(p -> p.epoch() == epoch)
                .map(Partition::primary)
                .orElse(0L);
        return with(c, epoch, primary);
    }

    private static Config with(Config c, long epoch, long primary) {
        return new Config(
                c.partition(),
                c.index(),
                c.table(),
                epoch,
                c.members(),
                c.joining(),
                c.leaving(),
                c.inSync(),
                primary,
                c.generation());
    }

    private static List<ReplicaHost> replicas(SimNode node) {
        List<ReplicaHost> open = new ArrayList<>();
        if (node.host() != null) {
            node.host().reports().stream()
                    .map(r -> node.host().replica(r.getReplica()))
                    .filter(r -> r != null)
                    .forEach(open::add);
        }
        return open;
    }

    private void within(SimNode node, Consumer<NodeHost> what) {
        node.process().run(node.process().life(), () -> {
            try {
                what.accept(node.host());
            } catch (IllegalArgumentException refused) {
                cluster.world.note(node.name(), refused::getMessage);
            }
        });
    }
}
