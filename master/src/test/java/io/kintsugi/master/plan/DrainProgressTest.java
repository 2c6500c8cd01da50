package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.plan.DrainProgress.Counts;
import io.kintsugi.master.plan.DrainProgress.WaitingFor;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of real drains on virtual time, looked at after every event. */
class DrainProgressTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private static DrainProgress now(SimCluster c, long op) {
        return DrainProgress.of(c.view(), c.op(op), Survey.of(c.view()));
    }

    private static void addsUp(DrainProgress p) {
        Counts n = p.partitions();
        assertThat(n.moved() + n.running() + n.waiting() + n.failed() + n.ignored())
                .as("%s", p)
                .isEqualTo(n.total());
        assertThat(p.waitingFor().stream().mapToInt(WaitingFor::count).sum())
                .as("every waiting partition has a reason: %s", p)
                .isEqualTo(n.waiting());
        assertThat(p.bytesDone()).as("%s", p).isBetween(0L, p.bytesTotal());
        assertThat(p.percent()).isBetween(0.0, 100.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "10"})
    void everyPartitionIsCountedOnceAndThePercentNeverGoesBack(String tokens) {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 20, 3);
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("DecommissionDpLimit", tokens)));
        int replicas =
                c.view().cluster().partitionsOnDisk(c.disk("d1", "/0").id()).size();
        long op = c.drain("d1", "/0");
        double[] last = {0};
        Set<String> verdicts = new HashSet<>();
        c.run("drained", LONG, () -> {
            DrainProgress p = now(c, op);
            addsUp(p);
            assertThat(p.partitions().total()).isEqualTo(replicas);
            assertThat(p.partitions().running()).isLessThanOrEqualTo(Integer.parseInt(tokens));
            assertThat(p.percent()).as("%s", p).isGreaterThanOrEqualTo(last[0]);
            assertThat(p.percent() == 100).isEqualTo(c.op(op).status() == OpStatus.SUCCESS);
            last[0] = p.percent();
            verdicts.add(p.verdict());
            return c.op(op).ended();
        });
        assertThat(now(c, op).partitions()).isEqualTo(new Counts(replicas, replicas, 0, 0, 0, 0));
        assertThat(verdicts).contains("ok", "ended").doesNotContain("stuck", "slow");
    }

    @Test
    void whoWaitsForATokenSaysSo() {
        SimCluster c = new SimCluster(4, 1);
        c.createTable("t", 10, 3);
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("DecommissionDpLimit", "1")));
        long op = c.drain("d1", "/0");
        c.run("one runs", LONG, () -> now(c, op).partitions().running() == 1);
        DrainProgress p = now(c, op);
        assertThat(p.waitingFor()).extracting(WaitingFor::reason).contains("DP_LIMIT");
        assertThat(p.verdict()).isEqualTo("ok");
        c.run("drained", LONG, () -> c.op(op).ended());
    }

    @Test
    void withoutADestinationItIsStuckAndSaysWhatToDo() {
        SimCluster c = new SimCluster(3, 1);
        c.createTable("t", 4, 3);
        long op = c.drain("d1", "/0");
        c.world().run(Duration.ofSeconds(5));
        DrainProgress p = now(c, op);
        addsUp(p);
        assertThat(p.verdict()).isEqualTo("stuck");
        assertThat(p.waitingFor()).extracting(WaitingFor::reason).containsExactly("NO_DESTINATION");
        assertThat(p.bottleneck()).contains("add a datanode");
        assertThat(p.etaSeconds()).isNull();
        Explanation why = ExplainCluster.of(c.view());
        assertThat(why.summary()).contains("decommission " + op);
        assertThat(why.findings()).extracting(Finding::code).contains("OP_STUCK");
        assertThat(Health.of(c.view(), List.of()).checks())
                .extracting(Health.Check::code)
                .contains("OPS_STUCK");
    }

    @Test
    void aPausedDrainWaitsForItsOperator() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 10, 3);
        long op = c.drain("d1", "/0");
        c.get(c.masters().service().drains().pause(SimCluster.TEST, op, true));
        c.world().run(Duration.ofSeconds(5));
        DrainProgress p = now(c, op);
        addsUp(p);
        assertThat(p.verdict()).isEqualTo("waiting");
        assertThat(p.knob()).isEqualTo("op resume " + op);
        c.get(c.masters().service().drains().resume(SimCluster.TEST, op));
        c.run("drained", LONG, () -> c.op(op).status() == OpStatus.SUCCESS);
    }

    @Test
    void aDatanodesProgressIsThatOfItsDisks() {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 15, 3);
        long alone = c.drain("d1", "/0");
        long op = c.get(c.masters().service().drains().decommissionNode(SimCluster.TEST, "d1", Op.DEFAULT_WEIGHT));
        double[] last = {0};
        c.run("drained", LONG, () -> {
            DrainProgress p = now(c, op);
            addsUp(p);
            assertThat(p.percent()).isGreaterThanOrEqualTo(last[0]);
            last[0] = c.op(op).ended() ? 0 : p.percent();
            return c.op(op).ended();
        });
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.op(alone).status()).isEqualTo(OpStatus.SUCCESS);
    }

    @Test
    void aCancelledDrainLeavesWhatItDidAndIgnoresTheRest() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 20, 3);
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("DecommissionDpLimit", "2")));
        long op = c.drain("d1", "/0");
        c.run("some moved", LONG, () -> now(c, op).partitions().moved() > 2);
        c.get(c.masters().service().drains().cancel(SimCluster.TEST, op));
        c.run("cancelled", LONG, () -> c.op(op).ended());
        DrainProgress p = now(c, op);
        addsUp(p);
        assertThat(c.op(op).status()).isEqualTo(OpStatus.CANCELLED);
        assertThat(p.partitions().moved()).isGreaterThan(2);
        assertThat(p.verdict()).isEqualTo("ended");
        assertThat(p.percent()).isLessThan(100);
    }
}
