package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private static final long SIZE = 1L << 40;

    @Test
    void aHealthyPartitionIsSaidToBeWell() {
        Clusters c = Clusters.healthy();
        Explanation e = ExplainPartition.of(c.view(), c.partition(1));
        assertThat(e.summary()).isEqualTo("t.0 is well: 3 of 3 replicas in-sync");
        assertThat(e.findings()).extracting(Finding::level).containsOnly("ok");
        assertThat(Health.of(c.view(), List.of())).isEqualTo(new Health("ok", List.of()));
        assertThat(ExplainCluster.of(c.view()).summary()).contains("nothing has been asked for");
    }

    @Test
    void deadNodesAreNamedWithTheRemedy() {
        Clusters c = Clusters.healthy();
        Partition p = c.partition(1);
        Member other = p.members().stream()
                .filter(m -> c.view().reports().primaries(m.node()) == 0)
                .findFirst()
                .orElseThrow();
        c.live(other.node(), Liveness.DEAD);
        Explanation e = ExplainPartition.of(c.view(), p);
        assertThat(e.findings().getFirst().code()).isEqualTo("MEMBER_DEAD");
        assertThat(e.findings().getFirst().remedy()).isEqualTo("start the datanode");
        assertThat(e.summary()).contains("its datanode is dead");
        Health health = Health.of(c.view(), List.of("m2"));
        assertThat(health.status()).isEqualTo("warning");
        assertThat(health.checks()).extracting(Health.Check::code).containsExactly("NODES_DEAD", "MASTERS_AWAY");
    }

    @Test
    void noInSyncReplicaIsCritical() {
        Clusters c = Clusters.healthy();
        for (Member m : c.partition(1).members()) {
            c.live(m.node(), Liveness.DEAD);
        }
        assertThat(ExplainPartition.of(c.view(), c.partition(1)).findings())
                .filteredOn(f -> f.code().equals("NO_IN_SYNC_REPLICA"))
                .hasSize(1)
                .allMatch(f -> f.remedy().contains("partition recover"));
        assertThat(Health.of(c.view(), List.of()).status()).isEqualTo("critical");
    }

    @Test
    void aLostReplicaIsReplacedOrSaysWhyNot() {
        Clusters c = Clusters.healthy();
        Partition p = c.partition(1);
        Member lost = p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .findFirst()
                .orElseThrow();
        c.replica(p, lost, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        assertThat(ExplainPartition.of(c.view(), p).findings())
                .extracting(Finding::code)
                .contains("MEMBER_LOST", "REPAIR_DUE");
    }

    @Test
    void aDiskSaysWhetherItTakesReplicas() {
        Clusters c = Clusters.healthy();
        View view = c.view();
        Disk disk = view.cluster().disks().iterator().next();
        assertThat(ExplainDisk.of(view, disk).findings())
                .extracting(Finding::level)
                .containsOnly("ok");
        c.soft.put(new DiskFacts(disk.id(), DiskFacts.Health.FULL, "", SIZE, SIZE));
        c.soft.reserve(disk.id());
        c.soft.reserve(disk.id());
        assertThat(ExplainDisk.of(c.view(), disk).findings())
                .extracting(Finding::code)
                .contains("DISK_FULL", "INCOMING_COPIES_LIMIT");
        c.soft.put(new DiskFacts(disk.id(), DiskFacts.Health.BROKEN, "EIO", SIZE, SIZE));
        assertThat(ExplainDisk.of(c.view(), disk).summary()).contains("is broken: EIO");
    }

    @Test
    void aLeaderThatHasHeardTooLittleSaysThat() {
        Clusters c = new Clusters(false);
        c.node("a", "z", 1, SIZE);
        Disk disk = c.view().cluster().disks().iterator().next();
        assertThat(ExplainCluster.of(c.view()).findings().getFirst().code()).isEqualTo("NOT_JUDGING");
        assertThat(DrainCheck.of(c.view(), Target.ofDisk(c.view(), disk)).mayDrain())
                .isFalse();
    }
}
