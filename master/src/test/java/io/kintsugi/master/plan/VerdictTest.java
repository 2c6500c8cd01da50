package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Three copies under way from one disk to three others, watched for ten seconds. */
class VerdictTest {
    private static final long SIZE = 1L << 40;
    private static final long TOTAL = 100_000;
    private static final int SECONDS = 10;

    private final Clusters c = new Clusters().node("a", "z", 1, SIZE);
    private final long drain;

    VerdictTest() {
        c.table("t", 3, 1);
        c.node("b", "z", 1, SIZE).node("c", "z", 1, SIZE).node("d", "z", 1, SIZE);
        drain = c.apply(new Command.DecommissionDisk(diskOf("a").id(), Op.DEFAULT_WEIGHT))
                .value();
        c.apply(new Command.AdmitDisk(drain, op().revision(), true, "", ""));
        move(1, "b");
        move(2, "c");
        move(3, "d");
    }

    private Disk diskOf(String node) {
        int id = c.view().cluster().nodeByName(node).orElseThrow().id();
        return c.view().cluster().disksOfNode(id).iterator().next();
    }

    private Op op() {
        return c.view().cluster().op(drain).orElseThrow();
    }

    private void move(int partition, String to) {
        Partition p = c.partition(partition);
        long source = p.members().getFirst().replica();
        long move = c.apply(new Command.AdmitMove(drain, partition, p.epoch(), source))
                .value();
        long revision = c.view().cluster().op(move).orElseThrow().revision();
        c.apply(new Command.StartMove(
                move, revision, partition, p.epoch(), diskOf(to).id()));
        Partition started = c.partition(partition);
        c.replica(started, started.members().getFirst(), ReplicaFacts.Role.PRIMARY, ReplicaFacts.State.OK, 10);
    }

    private DrainProgress after(long... rates) {
        for (int s = 0; s <= SECONDS; s++) {
            for (int i = 0; i < rates.length; i++) {
                Partition p = c.partition(i + 1);
                c.soft.put(
                        new ReplicaFacts(
                                p.joining().replica(),
                                p.id(),
                                p.joining().node(),
                                p.joining().disk(),
                                p.epoch(),
                                ReplicaFacts.Role.MEMBER,
                                ReplicaFacts.State.SEEDING,
                                0,
                                0,
                                0,
                                rates[i] * s,
                                TOTAL,
                                ""),
                        p,
                        TimeUnit.SECONDS.toNanos(s));
            }
        }
        View view =
                new View(c.view().cluster(), c.soft, TimeUnit.SECONDS.toNanos(SECONDS), 1_000 + SECONDS * 1_000L, 1);
        return DrainProgress.of(view, op(), Survey.of(view));
    }

    @Test
    void whatIsLeftByTheMeasuredRateIsTheTimeLeft() {
        DrainProgress p = after(1_000, 1_000, 1_000);
        assertThat(p.verdict()).isEqualTo("ok");
        assertThat(p.bottleneck()).isNull();
        assertThat(p.bytesDone()).isEqualTo(30_000);
        assertThat(p.bytesTotal()).isEqualTo(3 * TOTAL);
        assertThat(p.bytesPerSecond()).isEqualTo(3_000);
        assertThat(p.etaSeconds()).isEqualTo(90);
        assertThat(p.percent()).isEqualTo(9.0);
    }

    @Test
    void theLimitOfBytesIsNamedWhenCopiesAreHeldToIt() {
        c.apply(new Command.SetSettings(Map.of("CopyBytesPerSecond", "1000")));
        DrainProgress p = after(1_000, 1_000, 1_000);
        assertThat(p.verdict()).isEqualTo("slow");
        assertThat(p.knob()).isEqualTo("CopyBytesPerSecond");
    }

    @Test
    void oneSlowDiskIsNamed() {
        DrainProgress p = after(1_000, 100, 1_000);
        assertThat(p.verdict()).isEqualTo("slow");
        assertThat(p.bottleneck()).contains("c:/0").contains("100 bytes a second");
    }

    @Test
    void aCopyThatStandsStillIsNamed() {
        DrainProgress one = after(1_000, 0, 1_000);
        assertThat(one.verdict()).isEqualTo("slow");
        assertThat(one.bottleneck()).contains("c:/0").contains("come no further");
    }

    @Test
    void withoutAMeasuredRateThereIsNoTimeLeft() {
        DrainProgress p = after(0, 0, 0);
        assertThat(p.verdict()).isEqualTo("stuck");
        assertThat(p.etaSeconds()).isNull();
        assertThat(p.knob()).isEqualTo("DpRepairTimeoutMs");
    }
}
