package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TablePlacementTest {
    private static final long SIZE = 1L << 30;

    @Property(tries = 60)
    void neverTwoReplicasOnANodeAndAsManyZonesAsCanBe(
            @ForAll @IntRange(min = 1, max = 8) int nodes,
            @ForAll @IntRange(min = 1, max = 3) int zones,
            @ForAll @IntRange(min = 1, max = 4) int disks,
            @ForAll @IntRange(min = 1, max = 20) int partitions,
            @ForAll @IntRange(min = 1, max = 5) int replicas) {
        Clusters c = new Clusters();
        for (int i = 0; i < nodes; i++) {
            c.node("n" + i, "z" + i % zones, disks, SIZE);
        }
        View view = c.view();
        switch (TablePlacement.plan(view, partitions, replicas)) {
            case Choice.Chosen<List<Placement>>(List<Placement> placements) -> {
                assertThat(placements).hasSize(partitions);
                for (Placement p : placements) {
                    assertThat(p.disks().stream().map(d -> node(view, d)).distinct())
                            .hasSize(replicas);
                    assertThat(p.disks().stream().map(d -> zone(view, d)).distinct())
                            .hasSize(Math.min(replicas, Math.min(zones, nodes)));
                }
            }
            case Choice.None<List<Placement>>(Reason reason) -> {
                assertThat(nodes).isLessThan(replicas);
                assertThat(reason.code()).isEqualTo("NOT_ENOUGH_DATANODES");
            }
        }
    }

    @Property(tries = 60)
    void equalNodesAndDisksGetEqualShares(
            @ForAll @IntRange(min = 3, max = 8) int nodes,
            @ForAll @IntRange(min = 1, max = 4) int disks,
            @ForAll @IntRange(min = 1, max = 60) int partitions,
            @ForAll @IntRange(min = 1, max = 3) int replicas) {
        Clusters c = new Clusters();
        for (int i = 0; i < nodes; i++) {
            c.node("n" + i, "z", disks, SIZE);
        }
        View view = c.view();
        List<Placement> placements = chosen(TablePlacement.plan(view, partitions, replicas));
        assertThat(spread(placements, p -> p.disks(), d -> node(view, d), nodes))
                .as("replicas of nodes")
                .isLessThanOrEqualTo(1);
        assertThat(spread(placements, p -> p.disks(), d -> d, nodes * disks))
                .as("replicas of disks")
                .isLessThanOrEqualTo(2);
        assertThat(spread(placements, p -> p.disks().subList(0, 1), d -> node(view, d), nodes))
                .as("primaries")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aDiskWithTwiceTheSpaceGetsAboutTwiceTheReplicas() {
        Clusters c = new Clusters().node("a", "z", 1, 2 * SIZE).node("b", "z", 1, SIZE);
        List<Placement> placements = chosen(TablePlacement.plan(c.view(), 30, 1));
        int big = c.view()
                .cluster()
                .disksOfNode(c.view().cluster().nodeByName("a").orElseThrow().id())
                .iterator()
                .next()
                .id();
        assertThat(placements.stream().filter(p -> p.disks().contains(big)).count())
                .isBetween(19L, 21L);
    }

    @Test
    void deadNodesAndFullDisksAreNotCountedAndNamed() {
        Clusters c =
                new Clusters().node("a", "z", 1, SIZE).node("b", "z", 2, SIZE).node("e", "z", 1, SIZE);
        View before = c.view();
        c.live(before.cluster().nodeByName("b").orElseThrow().id(), Liveness.DEAD);
        Disk full = before.cluster()
                .disksOfNode(before.cluster().nodeByName("e").orElseThrow().id())
                .iterator()
                .next();
        c.soft.put(new DiskFacts(full.id(), DiskFacts.Health.FULL, "no space", SIZE, SIZE));
        assertThat(TablePlacement.plan(c.view(), 4, 2)).isInstanceOfSatisfying(Choice.None.class, none -> assertThat(
                        none.reason().message())
                .contains(
                        "2 replicas",
                        "there are 1",
                        "2 disks on a datanode that is dead (b): start it",
                        "1 disk without room (e)"));
    }

    private static int spread(
            List<Placement> placements,
            Function<Placement, List<Integer>> disks,
            Function<Integer, Integer> key,
            int keys) {
        Map<Integer, Integer> counts = new HashMap<>();
        placements.forEach(p -> disks.apply(p).forEach(d -> counts.merge(key.apply(d), 1, Integer::sum)));
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int least = counts.size() < keys
                ? 0
                : counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        return most - least;
    }

    private static List<Placement> chosen(Choice<List<Placement>> choice) {
        return ((Choice.Chosen<List<Placement>>) choice).value();
    }

    private static int node(View view, int disk) {
        return view.cluster().disk(disk).orElseThrow().node();
    }

    private static String zone(View view, int disk) {
        return view.cluster().node(node(view, disk)).orElseThrow().zone();
    }
}
