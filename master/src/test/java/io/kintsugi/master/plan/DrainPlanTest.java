package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.DrainPlan.Blocker;
import io.kintsugi.master.plan.DrainPlan.Step;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrainPlanTest {
    private static final long SIZE = 1L << 40;

    private static Node node(View view, String name) {
        return view.cluster().nodeByName(name).orElseThrow();
    }

    private static Disk disk(View view, String node) {
        return view.cluster().disksOfNode(node(view, node).id()).iterator().next();
    }

    @Test
    void wavesFollowTheLimits() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE);
        c.table("t", 7, 1);
        c.node("b", "z", 1, SIZE).node("c", "z", 1, SIZE);
        c.apply(new Command.SetSettings(Map.of("DecommissionDpLimit", "3", "IncomingCopiesPerDisk", "2")));
        View view = c.view();
        DrainPlan plan = DrainPlan.of(view, Target.ofNode(view, node(view, "a")));
        assertThat(plan.possible()).isTrue();
        assertThat(plan.moves()).extracting(Step::wave).containsExactly(1, 1, 1, 2, 2, 2, 3);
        assertThat(plan.moves()).extracting(Step::destination).containsOnly("b:/0", "c:/0");
        assertThat(plan.leastRedundancy()).isEqualTo(1);
        assertThat(plan.bytes()).isEqualTo(700);
    }

    @Test
    void roomThatEarlierMovesTookIsTaken() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE);
        c.table("t", 5, 1);
        // room for three replicas of 100 bytes: 400 less reserve and headroom of 4 and 20
        c.node("b", "z", 1, 400);
        View view = c.view();
        DrainPlan plan = DrainPlan.of(view, Target.ofNode(view, node(view, "a")));
        assertThat(plan.possible()).isFalse();
        assertThat(plan.moves()).filteredOn(m -> m.order() > 0).hasSize(3);
        assertThat(plan.blockers()).hasSize(2).extracting(Blocker::reason).containsOnly("NO_DESTINATION");
        assertThat(plan.blockers().getFirst().message()).contains("without room", "headroom");
    }

    @Test
    void aNodesOwnDisksWontDoAsDestinations() {
        Clusters c = new Clusters().node("a", "z", 2, SIZE);
        c.table("t", 4, 1);
        View view = c.view();
        assertThat(DrainPlan.of(view, Target.ofDisk(view, disk(view, "a"))).possible())
                .isTrue();
        DrainCheck check = DrainCheck.of(view, Target.ofNode(view, node(view, "a")));
        assertThat(check.mayDrain()).isFalse();
        assertThat(check.stoppedBy()).hasSize(4);
        assertThat(check.message()).contains("4 of 4 partitions can't leave a");
    }

    @Test
    void aPartitionGoesWhereItsOperatorWantsOrNowhere() {
        Clusters c = new Clusters()
                .node("a", "z", 1, SIZE)
                .node("b", "z", 1, SIZE)
                .node("c", "z", 1, SIZE)
                .node("d", "z", 1, SIZE);
        c.table("t", 1, 2);
        View view = c.view();
        Partition p = c.partition(1);
        Member source = p.members().get(0);
        int taken = p.members().get(1).node();
        int free = view.cluster().nodes().stream()
                .mapToInt(Node::id)
                .filter(id -> p.onNode(id).isEmpty())
                .max()
                .orElseThrow();
        assertThat(DrainPlan.of(view, Target.ofReplica(view, p, source, free, 0))
                        .moves())
                .extracting(Step::destination)
                .containsExactly(view.nodeName(free) + ":/0");
        DrainPlan no = DrainPlan.of(view, Target.ofReplica(view, p, source, taken, 0));
        assertThat(no.possible()).isFalse();
        assertThat(no.blockers()).extracting(Blocker::message).anyMatch(m -> m.contains("another replica of it"));
    }

    @Test
    void withoutAPrimaryToCopyFromThereIsNoMove() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE);
        c.table("t", 1, 1);
        c.node("b", "z", 1, SIZE);
        c.live(node(c.view(), "a").id(), Liveness.DEAD);
        DrainCheck check = DrainCheck.of(c.view(), Target.ofDisk(c.view(), disk(c.view(), "a")));
        assertThat(check.mayDrain()).isFalse();
        assertThat(check.stoppedBy()).extracting(Blocker::reason).containsExactly("NO_PRIMARY");
    }

    @Test
    void anEmptyDiskHasNothingToMove() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE);
        DrainPlan plan = DrainPlan.of(c.view(), Target.ofDisk(c.view(), disk(c.view(), "a")));
        assertThat(plan.possible()).isTrue();
        assertThat(plan.notes()).contains("there is nothing to move");
    }

    @Test
    void aDiskJustAboveItsReserveTakesNoNewReplica() {
        Clusters c = new Clusters().node("a", "z", 1, 1L << 30).node("b", "z", 1, 1L << 30);
        Disk low = disk(c.view(), "b");
        long total = 1L << 30;
        long reserve = 64L << 20;
        long headroom = total / 20;
        c.soft.put(new DiskFacts(low.id(), DiskFacts.Health.OK, "", total - reserve - headroom + 1, total, reserve));
        assertThat(c.table("t", 4, 1)).isInstanceOfSatisfying(Choice.Chosen.class, chosen -> {
            List<?> placements = (List<?>) chosen.value();
            assertThat(placements)
                    .allSatisfy(p -> assertThat(((Command.Placement) p).disks()).doesNotContain(low.id()));
        });
        assertThat(TablePlacement.plan(c.view(), 1, 2)).isInstanceOfSatisfying(Choice.None.class, none -> assertThat(
                        none.reason().message())
                .contains("without room (b)", "headroom"));
        c.soft.put(new DiskFacts(low.id(), DiskFacts.Health.OK, "", total - reserve - headroom, total, reserve));
        assertThat(TablePlacement.plan(c.view(), 1, 2)).isInstanceOf(Choice.Chosen.class);
    }
}
