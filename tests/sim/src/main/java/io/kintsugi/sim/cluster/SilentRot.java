package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.view.Counts;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.datanode.SimDisk;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A value of one replica changes under a good checksum, when all is quiet and everything was read: whoever served it would break law 1,
 * so it has to be found by comparing. Of three replicas the odd one is replaced, whether it is primary or not; of two nobody is touched.
 */
final class SilentRot {
    private final Cluster cluster;
    private final SplittableRandom random;

    SilentRot(Cluster cluster) {
        this.cluster = cluster;
        random = cluster.world.random("rot");
    }

    /** Where there is a record at all. */
    void strike() {
        for (Partition p : List.copyOf(cluster.state().partitions().values())) {
            Member odd = p.members().get(random.nextInt(p.members().size()));
            if (p.members().size() > 1 && flip(p, odd)) {
                strike(p, odd);
                return;
            }
        }
    }

    private void strike(Partition p, Member odd) {
        cluster.rotten.add(p.id());
        verify(p);
        if (p.members().size() > 2) {
            cluster.must(
                    "a replica that rotted is replaced: " + odd,
                    cluster.plan.bound(),
                    () -> now(p).member(odd.replica()).isEmpty()
                            && cluster.state().openOps().isEmpty()
                            && cluster.healthy());
            cluster.rotten.clear();
        } else {
            cluster.must("a difference of two is told", cluster.plan.bound(), () -> cluster.view()
                    .flatMap(v -> Comparison.of(v, now(p)))
                    .filter(Comparison::confirmed)
                    .isPresent());
            cluster.world.run(Duration.ofNanos(cluster.plan.paced(10_000)));
            if (!now(p).members().equals(p.members()) || !now(p).inSync().equals(p.inSync())) {
                throw cluster.world.broken("2", "of two that differ one was touched: " + p + ", now " + now(p));
            }
            flip(p, odd);
        }
        verify(p);
        cluster.must("all hold the same again", cluster.plan.bound(), () -> cluster.view()
                .filter(v -> same(v, now(p)))
                .isPresent());
        cluster.rotten.clear();
    }

    private Partition now(Partition p) {
        return cluster.state().partition(p.id()).orElseThrow();
    }

    private void verify(Partition p) {
        cluster.must("somebody leads", cluster.plan.bound(), () -> cluster.view()
                .filter(v -> v.reports().judging())
                .isPresent());
        cluster.masters.leader().orElseThrow().service().verify(List.of(p.id()));
    }

    private static boolean same(View view, Partition p) {
        List<Counts.Counted> judged = view.reports().counts(p.id()).judged(p);
        return !view.reports().counting(p.id())
                && judged.size() == p.members().size()
                && Comparison.of(view, p).isEmpty();
    }

    private boolean flip(Partition p, Member m) {
        String path = cluster.state().disk(m.disk()).orElseThrow().path();
        return cluster.node(m.node()).disks().stream()
                .filter(d -> d.root().toString().equals(path))
                .anyMatch(d -> flip(d, p, m));
    }

    private static boolean flip(SimDisk disk, Partition p, Member m) {
        return disk.flip(p.id(), m.replica());
    }
}
