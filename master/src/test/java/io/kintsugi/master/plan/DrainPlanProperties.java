package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.DrainPlan.Step;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the cluster: what a plan says could be done without breaking a rule. A failure names its seed; the same seed repeats it. */
class DrainPlanProperties {
    private static final int DP_LIMIT = 4;
    private static final int INCOMING = 2;

    /** Some datanodes with disks of some size, some dead, some of them short of room; replicas of some size. */
    private static Clusters random(Random r) {
        Clusters c = new Clusters();
        int nodes = 3 + r.nextInt(4);
        for (int i = 1; i <= nodes; i++) {
            c.node("n" + i, "z" + r.nextInt(3), 1 + r.nextInt(3), 4_000 + r.nextInt(20_000));
        }
        int replicas = 1 + r.nextInt(3);
        c.table("t", 1 + r.nextInt(20), replicas);
        c.apply(new Command.SetSettings(Map.of(
                "DecommissionDpLimit", "" + DP_LIMIT,
                "IncomingCopiesPerDisk", "" + INCOMING,
                "DecommissionDiskLimit", "" + (1 + r.nextInt(3)))));
        View view = c.view();
        for (Partition p : view.cluster().partitions().values()) {
            long bytes = r.nextInt(1_500);
            for (Member m : p.all()) {
                ReplicaFacts f = c.soft.replica(m.replica()).orElseThrow();
                c.soft.put(
                        new ReplicaFacts(
                                f.replica(),
                                f.partition(),
                                f.node(),
                                f.disk(),
                                f.epoch(),
                                f.role(),
                                f.state(),
                                1,
                                1,
                                bytes,
                                0,
                                0,
                                ""),
                        p,
                        0);
            }
        }
        if (r.nextInt(3) == 0) {
            c.live(1 + r.nextInt(nodes), Liveness.DEAD);
        }
        if (r.nextInt(3) == 0) {
            Disk full = List.copyOf(view.cluster().disks())
                    .get(r.nextInt(view.cluster().disks().size()));
            c.soft.put(new DiskFacts(full.id(), DiskFacts.Health.FULL, "", 100, 100));
        }
        return c;
    }

    @Property(tries = 300)
    void aPlanBreaksNoRule(@ForAll long seed) {
        Random r = new Random(seed);
        Clusters c = random(r);
        View view = c.view();
        List<Node> nodes = List.copyOf(view.cluster().nodes());
        Node node = nodes.get(r.nextInt(nodes.size()));
        List<Disk> disks = List.copyOf(view.cluster().disksOfNode(node.id()));
        boolean whole = r.nextBoolean();
        List<Disk> drained = whole ? disks : List.of(disks.get(0));
        DrainPlan plan = DrainPlan.of(view, whole ? Target.ofNode(view, node) : Target.ofDisk(view, disks.get(0)));

        int replicas = drained.stream()
                .mapToInt(d -> view.cluster().partitionsOnDisk(d.id()).size())
                .sum();
        assertThat(plan.partitions()).isEqualTo(replicas).isEqualTo(plan.moves().size());
        assertThat(plan.possible()).isEqualTo(plan.blockers().isEmpty());
        assertThat(plan.moves()).extracting(Step::partition).doesNotHaveDuplicates();
        List<Step> going =
                plan.moves().stream().filter(m -> m.destination() != null).toList();
        assertThat(going)
                .extracting(Step::order)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, going.size()).boxed().toList());
        assertThat(going).extracting(Step::wave).isSorted();
        placesKeepTheRules(view, going, whole ? node.id() : 0, drained);
        assertThat(plan.moves()).allSatisfy(m -> {
            assertThat(m.inSyncLeast()).isEqualTo(m.inSyncNow());
            assertThat(m.destination() == null).isEqualTo(!m.reason().isEmpty());
        });
        assertThat(plan.leastRedundancy())
                .isEqualTo(plan.moves().stream().mapToInt(Step::inSyncNow).min().orElse(0));
    }

    private static void placesKeepTheRules(View view, List<Step> going, int drainedNode, List<Disk> drained) {
        Map<String, Disk> byName = new HashMap<>();
        view.cluster().disks().forEach(d -> byName.put(view.diskName(d), d));
        Map<Integer, Long> given = new TreeMap<>();
        Map<Integer, Integer> inWave = new TreeMap<>();
        Map<String, Integer> copies = new TreeMap<>();
        for (Step m : going) {
            Disk to = byName.get(m.destination());
            Disk from = byName.get(m.source());
            Partition p = view.cluster().partitions().values().stream()
                    .filter(o -> view.partitionName(o).equals(m.partition()))
                    .findFirst()
                    .orElseThrow();
            assertThat(drained).contains(from).doesNotContain(to);
            assertThat(to.node()).isNotEqualTo(drainedNode);
            assertThat(p.members())
                    .filteredOn(o -> o.disk() != from.id())
                    .as("no two replicas of %s on a node", m.partition())
                    .noneMatch(o -> o.node() == to.node());
            assertThat(view.reports().alive(to.node())).isTrue();
            given.merge(to.id(), m.bytes(), Long::sum);
            inWave.merge(m.wave(), 1, Integer::sum);
            copies.merge(m.wave() + " " + to.id(), 1, Integer::sum);
        }
        given.forEach((disk, bytes) -> {
            DiskFacts f = view.reports().disk(disk).orElseThrow();
            assertThat(bytes)
                    .as("room on disk %s", disk)
                    .isLessThanOrEqualTo(f.freeBytes() - Rejection.reserve(f) - Rejection.headroom(f));
        });
        assertThat(inWave.values()).allMatch(n -> n <= DP_LIMIT);
        assertThat(copies.values()).allMatch(n -> n <= INCOMING);
    }

    @Property(tries = 100)
    void theCheckAgreesWithThePlan(@ForAll long seed) {
        Random r = new Random(seed);
        View view = random(r).view();
        List<Disk> disks = List.copyOf(view.cluster().disks());
        Target target = Target.ofDisk(view, disks.get(r.nextInt(disks.size())));
        DrainPlan plan = DrainPlan.of(view, target);
        DrainCheck check = DrainCheck.of(view, target);
        assertThat(check.mayDrain()).isEqualTo(plan.possible());
        assertThat(check.stoppedBy()).isEqualTo(plan.blockers());
        assertThat(check.partitions()).isEqualTo(plan.partitions());
    }
}
