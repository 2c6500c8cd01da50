package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Liveness;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterCountsTest {
    private final Clusters c = new Clusters();

    @Test
    void whatIsWellCountsAsThereAndNotAsTrouble() {
        c.node("n1", "z", 2, 1L << 30).node("n2", "z", 2, 1L << 30);
        c.table("t", 3, 2);

        ClusterCounts counts = ClusterCounts.of(c.view());

        assertThat(counts)
                .usingRecursiveComparison()
                .ignoringFields("spread")
                .isEqualTo(new ClusterCounts(2, 0, 4, 0, 3, 0, 0, 0, 0, false, null));
        assertThat(counts.spread().primaries().gap()).isEqualTo(1);
    }

    @Test
    void troubleIsCountedByItsKind() {
        c.node("n1", "z", 2, 1L << 30).node("n2", "z", 2, 1L << 30);
        c.table("t", 3, 2);
        Partition p = c.partition(1);
        long other =
                p.inSync().stream().filter(r -> r != p.primary()).findFirst().orElseThrow();
        c.apply(new Command.ChangeInSync(1, p.epoch(), p.primary(), List.of(p.primary())));
        c.apply(new Command.SetDiskStatus(p.member(other).orElseThrow().disk(), DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.live(p.member(other).orElseThrow().node(), Liveness.DEAD);

        ClusterCounts counts = ClusterCounts.of(c.view());

        assertThat(counts.deadDatanodes()).isEqualTo(1);
        assertThat(counts.unavailableDisks()).isEqualTo(1);
        assertThat(counts.underReplicated()).isEqualTo(1);
        assertThat(counts.withoutPrimary())
                .as("who is primary of 1 has yet to serve its new epoch")
                .isPositive();
    }
}
