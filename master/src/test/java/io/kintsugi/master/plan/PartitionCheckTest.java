package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.PartitionCheck.Entry;
import io.kintsugi.master.plan.PartitionCheck.Listing;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionCheckTest {
    private static final long SIZE = 1L << 40;

    private static List<String> listed(PartitionCheck check) {
        return check.lists().stream()
                .filter(l -> !l.entries().isEmpty())
                .map(Listing::list)
                .toList();
    }

    @Test
    void whatIsWellIsOnNoList() {
        PartitionCheck check = PartitionCheck.of(Clusters.healthy().view());
        assertThat(check.lists()).hasSize(9);
        assertThat(listed(check)).isEmpty();
        assertThat(check.ok()).isTrue();
    }

    @Test
    void aDeadDatanodeWithItsPartitionsAndWhy() {
        Clusters c = Clusters.healthy();
        Partition p = c.partition(1);
        int away = p.members().stream()
                .filter(m -> m.replica() == p.primary())
                .map(Member::node)
                .findFirst()
                .orElseThrow();
        c.live(away, Liveness.DEAD);
        PartitionCheck check = PartitionCheck.of(c.view());
        assertThat(check.ok()).isFalse();
        assertThat(listed(check))
                .containsExactly("dead-datanodes", "without-primary", "lacking-replicas", "failed-replicas");
        assertThat(check.of(PartitionCheck.WITHOUT_PRIMARY).getFirst().findings())
                .extracting(Finding::code)
                .contains("ELECTING", "MEMBER_DEAD");
        assertThat(check.of(PartitionCheck.LACKING_REPLICAS))
                .extracting(Entry::id)
                .containsExactly(1, 2);
    }

    @Test
    void aBrokenDiskAndALostReplica() {
        Clusters c = Clusters.healthy();
        Partition p = c.partition(1);
        Member other = p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .findFirst()
                .orElseThrow();
        c.replica(p, other, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        assertThat(PartitionCheck.of(c.view()).of(PartitionCheck.FAILED_REPLICAS))
                .extracting(Entry::subject)
                .containsExactly("t.0");
        c.soft.put(new DiskFacts(other.disk(), DiskFacts.Health.BROKEN, "EIO", 0, SIZE));
        assertThat(PartitionCheck.of(c.view()).of(PartitionCheck.DISK_ERRORS))
                .extracting(Entry::id)
                .containsExactly(1, 2);
    }

    @Test
    void droppedTablesAreNobodysTrouble() {
        Clusters c = Clusters.healthy();
        c.live(1, Liveness.DEAD);
        c.apply(new Command.DropTable(1));
        assertThat(listed(PartitionCheck.of(c.view()))).containsExactly("dead-datanodes");
    }

    @Test
    void aLeaderThatHasHeardTooLittleSaysSo() {
        PartitionCheck check = PartitionCheck.of(new Clusters(false).view());
        assertThat(check.judging()).isFalse();
        assertThat(check.ok()).isFalse();
    }

    /** A drain without faults puts partitions on the list of moves, and on no other. */
    @Test
    void movesAreNoTrouble() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 8, 3);
        long op = c.drain("d1", "/0");
        boolean[] moving = {false};
        c.run("drained", Duration.ofMinutes(2), () -> {
            PartitionCheck check = PartitionCheck.of(c.view());
            moving[0] |= !check.of(PartitionCheck.MOVING).isEmpty();
            assertThat(listed(check)).isSubsetOf("moving", "without-primary");
            return c.op(op).ended();
        });
        assertThat(moving[0]).isTrue();
    }
}
