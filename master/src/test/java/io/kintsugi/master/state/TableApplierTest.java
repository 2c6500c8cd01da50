package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.CreateTable;
import io.kintsugi.master.command.Command.DropTable;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Command.PurgeTable;
import io.kintsugi.master.command.Command.SetDiscard;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.SetTable;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.TableState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableApplierTest {
    private final TestCluster c = TestCluster.of(4, 2);

    private static CreateTable create(String name, int replicas, int minInSync, List<Integer> disks) {
        return new CreateTable(name, replicas, minInSync, "xxh3", List.of(new Placement(disks)));
    }

    @Test
    void aTableIsCutIntoPartitionsWithAllInSyncAndTheFirstAsPrimary() {
        int t = c.table("orders", List.of(List.of(1, 3, 5), List.of(7, 1, 3)));
        assertThat(c.state.tableByName("orders")).isEqualTo(c.state.table(t));
        assertThat(c.state.partitionsOfTable(t)).extracting(Partition::index).containsExactly(0, 1);
        Partition second = c.partition(2);
        assertThat(second.epoch()).isEqualTo(1);
        assertThat(second.inSync()).containsExactly(4L, 5L, 6L);
        assertThat(second.primary()).isEqualTo(4);
        assertThat(second.members()).extracting(m -> m.disk()).containsExactly(7, 1, 3);
        assertThat(c.state.partitionsOnDisk(1)).containsExactly(1, 2);
        assertThat(c.state.partitionsOnDisk(2)).isEmpty();
        assertThat(c.state.partitionCount()).isEqualTo(2);
    }

    @Test
    void definitionsAreChecked() {
        c.refused("BAD_NAME", create("a b", 1, 1, List.of(1)));
        c.refused("BAD_NAME", create("x".repeat(64), 1, 1, List.of(1)));
        c.refused("BAD_REPLICAS", create("t", 0, 1, List.of()));
        c.refused("BAD_REPLICAS", create("t", 6, 1, List.of(1)));
        c.refused("BAD_MIN_IN_SYNC", create("t", 1, 2, List.of(1)));
        c.refused("BAD_MIN_IN_SYNC", create("t", 1, 0, List.of(1)));
        c.refused("BAD_PARTITIONS", new CreateTable("t", 1, 1, "xxh3", List.of()));
        c.refused(
                "BAD_PARTITIONS",
                new CreateTable("t", 1, 1, "xxh3", Collections.nCopies(65_537, new Placement(List.of(1)))));
        c.refused("BAD_PLACEMENT", create("t", 2, 1, List.of(1)));
        c.refused("SAME_NODE", create("t", 2, 1, List.of(1, 2)));
        c.refused("NO_SUCH_DISK", create("t", 1, 1, List.of(99)));
        c.drain(1);
        c.refused("DISK_NOT_PLACEABLE", create("t", 1, 1, List.of(1)));
        c.table("x".repeat(63), List.of(List.of(3)));
        c.refused("TABLE_EXISTS", create("x".repeat(63), 1, 1, List.of(3)));
    }

    @Test
    void anOwnerAndACapacityAreKept() {
        List<Placement> placements = List.of(new Placement(List.of(1)));
        c.ok(new CreateTable("t", 1, 1, "xxh3", placements, "ana_1", 30));
        assertThat(c.state.tableByName("t").orElseThrow())
                .matches(t -> t.owner().equals("ana_1") && t.capacityGb() == 30);
        c.ok(new SetTable(1, 1));
        c.ok(new DropTable(1));
        assertThat(c.state.table(1).orElseThrow()).matches(t -> t.owner().equals("ana_1") && t.capacityGb() == 30);
        for (String bad : List.of("1a", "a b", "_a", "a".repeat(22))) {
            c.refused("BAD_OWNER", new CreateTable("u", 1, 1, "xxh3", placements, bad, 0));
        }
        c.refused("BAD_CAPACITY", new CreateTable("u", 1, 1, "xxh3", placements, "", -1));
        c.refused("BAD_CAPACITY", new CreateTable("u", 1, 1, "xxh3", placements, "", Long.MAX_VALUE));
    }

    @Test
    void aFrozenClusterGetsNoNewTable() {
        c.ok(new SetSettings(Map.of("TablesFrozen", "true")));
        c.refused("CLUSTER_FROZEN", create("t", 1, 1, List.of(1)));
        c.ok(new SetSettings(Map.of("TablesFrozen", "false")));
        c.table("t", List.of(List.of(1)));
    }

    @Test
    void aPartitionIsGivenUpUntilThatIsTakenBackOrItIsPurged() {
        int t = c.table("t", List.of(List.of(1), List.of(3)));
        c.refused("NO_SUCH_PARTITION", new SetDiscard(9, true));
        c.ok(new SetDiscard(1, true));
        c.ok(new SetDiscard(2, true));
        c.ok(new SetDiscard(1, false));
        c.ok(new SetDiscard(1, false));
        assertThat(c.state.discards()).containsExactly(2);
        c.ok(new DropTable(t));
        c.ok(new SetSettings(Map.of("DroppedTableRetentionMs", "0")));
        c.ok(new PurgeTable(t));
        assertThat(c.state.discards()).isEmpty();
    }

    @Test
    void aBadSlotLateInTheCommandLeavesNoTrace() {
        List<Placement> placements =
                List.of(new Placement(List.of(1)), new Placement(List.of(3)), new Placement(List.of(99)));
        c.refused("NO_SUCH_DISK", new CreateTable("t", 1, 1, "xxh3", placements));
        assertThat(c.table("t", List.of(List.of(1)))).as("ids were not used up").isEqualTo(1);
    }

    @Test
    void minInSyncChanges() {
        int t = c.table("t", List.of(List.of(1, 3)));
        c.ok(new SetTable(t, 2));
        assertThat(c.state.table(t).orElseThrow().minInSync()).isEqualTo(2);
        c.refused("BAD_MIN_IN_SYNC", new SetTable(t, 3));
        c.refused("NO_SUCH_TABLE", new SetTable(9, 1));
    }

    @Test
    void howLongRecordsLiveChangesByItself() {
        int t = c.table("t", List.of(List.of(1, 3)));
        c.ok(new SetTable(t, 2));
        c.ok(new SetTable(t, 0, 60_000));
        assertThat(c.state.table(t).orElseThrow().ttlMs()).isEqualTo(60_000);
        assertThat(c.state.table(t).orElseThrow().minInSync()).isEqualTo(2);
        c.ok(new SetTable(t, 1));
        assertThat(c.state.table(t).orElseThrow().ttlMs()).isEqualTo(60_000);
        c.ok(new SetTable(t, 0, -1));
        assertThat(c.state.table(t).orElseThrow().ttlMs()).isZero();
        c.refused("BAD_TTL", new SetTable(t, 0, Long.MAX_VALUE));
        c.refused("BAD_MIN_IN_SYNC", new SetTable(t, 0));
    }

    @Test
    void aDroppedTableFreesItsNameAndIsPurgedAfterTheRetention() {
        int t = c.table("t", List.of(List.of(1, 3)));
        c.refused("TABLE_NOT_DROPPED", new PurgeTable(t));
        c.ok(new DropTable(t));
        c.refused("TABLE_DROPPED", new DropTable(t));
        c.refused("TABLE_DROPPED", new SetTable(t, 1));
        assertThat(c.state.table(t).orElseThrow().state()).isEqualTo(TableState.DROPPED);
        assertThat(c.state.tableByName("t")).isEmpty();
        assertThat(c.state.partitionsOnDisk(1)).isNotEmpty();
        int again = c.table("t", List.of(List.of(1, 3)));
        assertThat(again).isNotEqualTo(t);
        c.ok(new SetSettings(Map.of("DroppedTableRetentionMs", "1000")));
        c.time += 999;
        c.refused("RETENTION_NOT_OVER", new PurgeTable(t));
        c.time += 1;
        c.ok(new PurgeTable(t));
        assertThat(c.state.table(t)).isEmpty();
        assertThat(c.state.partitionsOnDisk(1)).containsExactly(2);
        assertThat(c.state.tableByName("t").orElseThrow().id()).isEqualTo(again);
    }

    @Test
    void movesOfADroppedTableGoOnAndAPurgeEndsThem() {
        int t = c.table("t", List.of(List.of(1, 3)));
        long parent = c.drain(1);
        c.ok(new DropTable(t));
        long move = c.admit(parent, 1);
        c.ok(c.start(move, 5));
        c.ok(new SetSettings(Map.of("DroppedTableRetentionMs", "0")));
        c.ok(new PurgeTable(t));
        assertThat(c.op(move).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(c.state.movesOfNodeset(1)).isEmpty();
        assertThat(c.state.movesToDisk(5)).isEmpty();
    }
}
