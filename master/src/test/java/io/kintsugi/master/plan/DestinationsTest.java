package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.View;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private static final long SIZE = 1L << 30;

    @Test
    void theSameNodesetComesFirst() {
        Clusters c = new Clusters();
        c.apply(new Command.SetSettings(java.util.Map.of("NodesetCapacity", "3")));
        for (int i = 1; i <= 6; i++) {
            c.node("n" + i, "z", 1, SIZE);
        }
        c.apply(new Command.CreateTable(
                "t", 2, 1, "crc32c", List.of(new Command.Placement(List.of(diskOf(c, "n1"), diskOf(c, "n4"))))));
        c.table("other", 1, 1);
        assertThat(name(c, choose(c, "n1"))).isIn("n2", "n3");
        assertThat(name(c, choose(c, "n4"))).isIn("n5", "n6");
    }

    @Test
    void thenAZoneThatHasNoReplica() {
        Clusters c = new Clusters()
                .node("a1", "a", 1, SIZE)
                .node("b1", "b", 1, SIZE)
                .node("b2", "b", 1, SIZE)
                .node("c1", "c", 1, SIZE);
        c.apply(new Command.CreateTable(
                "t", 2, 1, "crc32c", List.of(new Command.Placement(List.of(diskOf(c, "a1"), diskOf(c, "b1"))))));
        c.table("other", 1, 1);
        assertThat(name(c, choose(c, "a1"))).isEqualTo("c1");
    }

    @Test
    void whoCannotTakeItIsCountedMostActionableFirst() {
        Clusters c = new Clusters()
                .node("a", "z", 1, SIZE)
                .node("b", "z", 1, SIZE)
                .node("dead", "z", 2, SIZE)
                .node("drained", "z", 1, SIZE)
                .node("full", "z", 1, SIZE);
        c.apply(new Command.CreateTable(
                "t", 2, 1, "crc32c", List.of(new Command.Placement(List.of(diskOf(c, "a"), diskOf(c, "b"))))));
        c.apply(new Command.DecommissionDisk(diskOf(c, "drained"), 2));
        c.live(c.view().cluster().nodeByName("dead").orElseThrow().id(), Liveness.DEAD);
        c.soft.put(new DiskFacts(diskOf(c, "full"), DiskFacts.Health.FULL, "", SIZE, SIZE));
        Choice<Disk> none = choose(c, "a");
        assertThat(none).isInstanceOfSatisfying(Choice.None.class, n -> {
            assertThat(n.reason().code()).isEqualTo("NO_DESTINATION");
            assertThat(n.reason().message())
                    .containsSubsequence(
                            "2 disks on a datanode that is dead (dead)",
                            "drained",
                            "without room (full)",
                            "another replica of it (b)");
        });
    }

    @Test
    void copiesOnTheirWayCountAndPass() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE).node("b", "z", 1, SIZE);
        c.table("t", 1, 1);
        Partition p = c.partition(1);
        Member source = p.members().get(0);
        int other = c.view().cluster().disks().stream()
                .mapToInt(Disk::id)
                .filter(d -> d != source.disk())
                .findFirst()
                .orElseThrow();
        c.soft.reserve(other);
        assertThat(Destinations.choose(c.view(), p, source)).isInstanceOf(Choice.Chosen.class);
        c.soft.reserve(other);
        assertThat(Destinations.choose(c.view(), p, source))
                .isInstanceOfSatisfying(
                        Choice.None.class, n -> assertThat(n.reason().passing()).isTrue());
    }

    @Test
    void theReplicaMustFitBesideThoseOnTheirWay() {
        Clusters c = new Clusters().node("a", "z", 1, SIZE).node("b", "z", 1, 250);
        c.apply(new Command.CreateTable("t", 1, 1, "crc32c", List.of(new Command.Placement(List.of(diskOf(c, "a"))))));
        c.replica(
                c.partition(1),
                c.partition(1).members().get(0),
                io.kintsugi.master.view.ReplicaFacts.Role.PRIMARY,
                io.kintsugi.master.view.ReplicaFacts.State.OK,
                1);
        assertThat(choose(c, "a")).isInstanceOf(Choice.Chosen.class);
        c.soft.reserve(diskOf(c, "b"));
        c.soft.put(new DiskFacts(diskOf(c, "b"), DiskFacts.Health.OK, "", 60, 250));
        assertThat(choose(c, "a")).isInstanceOf(Choice.None.class);
    }

    private static Choice<Disk> choose(Clusters c, String node) {
        Partition p = c.partition(1);
        int id = c.view().cluster().nodeByName(node).orElseThrow().id();
        return Destinations.choose(
                c.view(),
                p,
                p.members().stream().filter(m -> m.node() == id).findFirst().orElseThrow());
    }

    private static String name(Clusters c, Choice<Disk> choice) {
        View view = c.view();
        return view.nodeName(((Choice.Chosen<Disk>) choice).value().node());
    }

    private static int diskOf(Clusters c, String node) {
        return c.view()
                .cluster()
                .disksOfNode(c.view().cluster().nodeByName(node).orElseThrow().id())
                .iterator()
                .next()
                .id();
    }
}
