package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.InitCluster;
import io.kintsugi.master.command.Command.RegisterNode;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Nodeset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeApplierTest {
    private final TestCluster c = TestCluster.of(2, 2);

    private static RegisterNode first(DiskFact... disks) {
        return new RegisterNode("uuid-1", "n1", "h1:1", "h1:2", "z", "", List.of(disks));
    }

    @Test
    void aClusterIsInitialisedOnce() {
        assertThat(c.state.cluster().orElseThrow().id()).isEqualTo("c-1");
        c.refused("CLUSTER_EXISTS", new InitCluster("c-2", 2));
        TestCluster none = new TestCluster();
        none.refused("NOT_INITIALIZED", TestCluster.node(1, 1));
        none.refused("BAD_GENERATION", new InitCluster("c", 0));
    }

    @Test
    void aNodeGetsAnIdItsDisksAndANodeset() {
        assertThat(c.state.nodes()).extracting(n -> n.id() + n.name()).containsExactly("1n1", "2n2");
        assertThat(c.state.disksOfNode(2)).extracting(Disk::id).containsExactly(3, 4);
        assertThat(c.state.nodesets()).extracting(Nodeset::name).containsExactly("z-1");
        assertThat(c.state.nodeByUuid("uuid-2"))
                .isEqualTo(c.state.nodeByName("n2"))
                .isEqualTo(c.state.node(2));
    }

    @Test
    void aNodeThatComesBackKeepsItsIdAndMayChangeItsAddress() {
        long id = c.ok(new RegisterNode(
                "uuid-1", "n1b", "other:1", "other:2", "z", "z-1", List.of(new DiskFact("disk-1-1", "/d1"))));
        assertThat(id).isEqualTo(1);
        assertThat(c.state.node(1).orElseThrow().address()).isEqualTo("other:1");
        assertThat(c.state.nodeByName("n1")).isEmpty();
        assertThat(c.state.disksOfNode(1))
                .as("a disk that isn't presented stays known")
                .hasSize(2);
    }

    @Test
    void registeringAgainChangesNothing() {
        long digest = c.state.digest();
        c.ok(TestCluster.node(1, 2));
        assertThat(c.state.digest()).isEqualTo(digest);
        assertThat(c.lastChanges).isEmpty();
    }

    @Test
    void aFullNodesetMakesANewOne() {
        TestCluster small = TestCluster.of(0, 0);
        small.ok(new SetSettings(Map.of("nodesetcapacity", "2")));
        for (int n = 1; n <= 3; n++) {
            small.ok(TestCluster.node(n, 1));
        }
        assertThat(small.state.nodes()).extracting(n -> n.nodeset()).containsExactly(1, 1, 2);
    }

    @Test
    void aDiskAtTheSamePathReplacesTheOlder() {
        c.table("t", List.of(List.of(1, 3)));
        c.ok(first(new DiskFact("new-1", "/d1"), new DiskFact("new-2", "/d2")));
        assertThat(c.disk(1).status()).as("a partition names it").isEqualTo(DiskStatus.GONE);
        assertThat(c.state.disk(2)).as("nothing names it").isEmpty();
        assertThat(c.state.disksOfNode(1)).extracting(Disk::id).containsExactly(1, 5, 6);
        c.refused("DISK_GONE", new SetDiskStatus(1, DiskStatus.NORMAL.wire(), ""));
        c.ok(first(new DiskFact("disk-1-1", "/d1"), new DiskFact("new-2", "/d2")));
        assertThat(c.disk(1).status()).as("its own disk is back").isEqualTo(DiskStatus.NORMAL);
    }

    @Test
    void disksMaySwapPaths() {
        c.ok(first(new DiskFact("disk-1-1", "/d2"), new DiskFact("disk-1-2", "/d1")));
        assertThat(c.disk(1).path()).isEqualTo("/d2");
        assertThat(c.disk(2).path()).isEqualTo("/d1");
        assertThat(c.state.disksOfNode(1)).allMatch(Disk::placeable);
    }

    @Test
    void whatIsWrongWithARegistrationIsRefused() {
        c.refused("DISK_OF_OTHER_NODE", first(new DiskFact("disk-2-1", "/x")));
        c.refused("DUPLICATE_DISK", first(new DiskFact("a", "/x"), new DiskFact("b", "/x")));
        c.refused("NODE_NAME_TAKEN", new RegisterNode("uuid-1", "n2", "a", "b", "z", "", List.of()));
        c.refused("ZONE_CHANGED", new RegisterNode("uuid-1", "n1", "a", "b", "y", "", List.of()));
        c.refused("NODESET_CHANGED", new RegisterNode("uuid-1", "n1", "a", "b", "z", "other", List.of()));
        c.refused("NODESET_IN_OTHER_ZONE", new RegisterNode("uuid-9", "n9", "a", "b", "y", "z-1", List.of()));
        c.refused("BAD_NAME", new RegisterNode("uuid-9", "n 9", "a", "b", "z", "", List.of()));
        c.refused("MISSING_VALUE", new RegisterNode("uuid-9", "n9", "", "b", "z", "", List.of()));
    }

    @Test
    void aDiskBreaksAndIsWellAgain() {
        c.ok(new SetDiskStatus(1, DiskStatus.UNAVAILABLE.wire(), "EIO"));
        assertThat(c.disk(1)).matches(d -> !d.placeable() && d.error().equals("EIO"));
        c.ok(new SetDiskStatus(1, DiskStatus.NORMAL.wire(), "ignored"));
        assertThat(c.disk(1)).matches(d -> d.placeable() && d.error().isEmpty());
        c.refused("BAD_DISK_STATUS", new SetDiskStatus(1, DiskStatus.GONE.wire(), ""));
        c.refused("NO_SUCH_DISK", new SetDiskStatus(99, DiskStatus.NORMAL.wire(), ""));
    }

    @Test
    void settingsAreCheckedAndKeptUnderTheirName() {
        c.ok(new SetSettings(Map.of("decommissiondplimit", " 3 ")));
        assertThat(c.state.settings().explicit()).isEqualTo(Map.of("DecommissionDpLimit", "3"));
        c.refused("UNKNOWN_SETTING", new SetSettings(Map.of("DecommissionDpLimit", "4", "Nonsense", "1")));
        c.refused("BAD_SETTING", new SetSettings(Map.of("DecommissionDpLimit", "0")));
    }
}
