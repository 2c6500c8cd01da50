package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.sim.datanode.SimDisk;
import io.kintsugi.sim.datanode.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * All in-sync replicas of a partition are lost, for good or for a long time, after another had left: with what that one has it can go on. Each
 * partition keeps a replica that has once been in-sync.
 */
final class Majority {
    private static final int LOOKS = 80;

    private final Cluster cluster;
    private final SplittableRandom random;
    private final int partition;
    /** Survivors, in the order in which they leave. */
    private final List<Member> away = new ArrayList<>();

    private boolean over;

    /** @param p whose replicas are all in-sync, more than one */
    Majority(Cluster cluster, SplittableRandom random, Partition p) {
        this.cluster = cluster;
        this.random = random;
        this.partition = p.id();
    }

    /** A survivor is away until it has left, and a little longer; perhaps another after it. */
    void strike() {
        cluster.world.count("fault.majority", "p" + partition);
        leave(cluster.state().partition(partition).orElseThrow());
    }

    /** What isn't done yet isn't done any more. */
    void end() {
        over = true;
    }

    private void leave(Partition now) {
        long replica = now.inSync().get(random.nextInt(now.inSync().size()));
        Member survivor = now.member(replica).orElseThrow();
        away.add(survivor);
        cluster.node(survivor.node()).crash();
        look(LOOKS, survivor);
    }

    private void look(int looks, Member survivor) {
        later(100, () -> {
            Partition now = cluster.state().partition(partition).orElse(null);
            boolean member = now != null && now.member(survivor.replica()).isPresent();
            if (member && !now.isInSync(survivor.replica()) && !now.inSync().isEmpty()) {
                later(
                        1 + random.nextInt(3_000),
                        now.inSync().size() > 1 && random.nextBoolean() ? this::another : this::others);
            } else if (member && looks > 0) {
                look(looks - 1, survivor);
            } else {
                back();
            }
        });
    }

    private void another() {
        Partition now = cluster.state().partition(partition).orElse(null);
        if (now != null && now.inSync().size() > 1) {
            leave(now);
        } else {
            others();
        }
    }

    /** All that are in-sync now. */
    private void others() {
        Partition now = cluster.state().partition(partition).orElse(null);
        if (now != null && away.stream().noneMatch(m -> now.isInSync(m.replica()))) {
            boolean wiped = random.nextInt(3) > 0;
            List<SimDisk> disks = new ArrayList<>();
            for (long replica : now.inSync()) {
                Member m = now.member(replica).orElseThrow();
                SimNode node = cluster.node(m.node());
                node.crash();
                disk(m).ifPresent(disks::add);
                later(1 + random.nextInt(random.nextBoolean() ? 30_000 : 3_000), () -> revive(node));
            }
            if (wiped && cluster.copies.without(disks)) {
                disks.forEach(SimDisk::wipe);
            }
        }
        back();
    }

    private void back() {
        away.forEach(m -> later(1 + random.nextInt(4_000), () -> revive(cluster.node(m.node()))));
    }

    private Optional<SimDisk> disk(Member m) {
        String path = cluster.state().disk(m.disk()).map(Disk::path).orElse("");
        return cluster.node(m.node()).disks().stream()
                .filter(d -> d.root().toString().equals(path))
                .findFirst();
    }

    private void later(long withinMillis, Runnable what) {
        cluster.world.after(random.nextLong(cluster.plan.paced(withinMillis)) + 1, "chaos", "world", () -> {
            if (!over) {
                what.run();
            }
        });
    }

    private static void revive(SimNode node) {
        if (!node.process().up()) {
            node.start();
        }
    }
}
