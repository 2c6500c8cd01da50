package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.plan.ExplainPartition;
import io.kintsugi.master.plan.Finding;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.plan.PartitionCheck;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.view.Counts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Replicas are compared, and one that holds something else than most is replaced, on virtual time. */
class VerifyDriverTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(3);

    private static SimCluster cluster(int partitions, int replicas) {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", partitions, replicas);
        return c;
    }

    private static void set(SimCluster c, String name, Object value) {
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of(name, value.toString())));
    }

    private static Partition first(SimCluster c) {
        return c.partitions().getFirst();
    }

    private static Member member(SimCluster c, boolean primary) {
        Partition p = first(c);
        return p.members().stream()
                .filter(m -> (m.replica() == p.primary()) == primary)
                .findFirst()
                .orElseThrow();
    }

    private static void verify(SimCluster c) {
        c.get(c.masters()
                .service()
                .verify(c.partitions().stream().map(Partition::id).toList()));
    }

    private static boolean counted(SimCluster c, Partition p) {
        return !c.view().reports().counts(p.id()).judged(p).isEmpty();
    }

    private static void verified(SimCluster c) {
        verify(c);
        c.run("counted", SOON, () -> c.partitions().stream()
                .noneMatch(p -> c.view().reports().counting(p.id())));
    }

    private static List<String> findings(SimCluster c) {
        return ExplainPartition.of(c.view(), first(c)).findings().stream()
                .map(Finding::code)
                .toList();
    }

    private static long repairs(SimCluster c) {
        return c.masters().state().ops().stream()
                .filter(op -> op.kind() == OpKind.REPAIR)
                .count();
    }

    private static void rot(SimCluster c, Member m) {
        c.node(m.node()).rot(m.replica());
    }

    private static boolean same(SimCluster c) {
        return c.view().reports().differing().isEmpty()
                && c.partitions().stream()
                        .allMatch(p -> Comparison.of(c.view(), p).isEmpty());
    }

    @Test
    void whoAsksHearsThatAllHoldTheSame() {
        SimCluster c = cluster(20, 3);
        verified(c);
        for (Partition p : c.partitions()) {
            List<Counts.Counted> judged = c.view().reports().counts(p.id()).judged(p);
            assertThat(judged).hasSize(3);
            assertThat(judged.stream().map(Counts.Counted::digest).distinct()).hasSize(1);
            assertThat(judged.getFirst().digest().ranges()).as("kept in brief").hasSize(1);
        }
        assertThat(same(c)).isTrue();
        assertThat(PartitionCheck.of(c.view()).ok()).isTrue();
    }

    @Test
    void theOddOneOfThreeIsCountedTwiceSetAsideAndReplaced() {
        SimCluster c = cluster(3, 3);
        Member odd = member(c, false);
        rot(c, odd);
        verify(c);
        c.run("set aside", SOON, () -> !c.node(odd.node()).asides().isEmpty());
        assertThat(c.node(odd.node()).asides()).containsExactly(2L);
        c.run("replaced", LONG, () -> first(c).member(odd.replica()).isEmpty());
        c.run("well again", LONG, () -> c.healthy() && same(c) && counted(c, first(c)));
        assertThat(repairs(c)).isEqualTo(1);
        verified(c);
        assertThat(same(c)).isTrue();
    }

    @Test
    void aPrimaryHandsOverBeforeItIsSetAside() {
        SimCluster c = cluster(1, 3);
        Member odd = member(c, true);
        rot(c, odd);
        verify(c);
        c.run("set aside", SOON, () -> !c.node(odd.node()).asides().isEmpty());
        assertThat(first(c).primary()).isNotEqualTo(odd.replica());
        c.run(
                "well again",
                LONG,
                () -> c.healthy() && same(c) && first(c).member(odd.replica()).isEmpty());
    }

    @Test
    void ofTwoThatDifferNobodyIsTouched() {
        SimCluster c = cluster(1, 2);
        Member odd = member(c, false);
        rot(c, odd);
        verified(c);
        c.world().run(SOON);
        assertThat(findings(c)).contains("REPLICAS_DIFFER");
        assertThat(PartitionCheck.of(c.view()).of(PartitionCheck.RECORDS_DIFFER))
                .hasSize(1);
        assertThat(PartitionCheck.of(c.view()).of(PartitionCheck.SIZES_DIFFER)).isEmpty();
        assertThat(Health.of(c.view(), List.of()).checks()).anySatisfy(check -> {
            assertThat(check.code()).isEqualTo("REPLICAS_DIFFER");
            assertThat(check.subjects()).containsExactly("t.0");
        });
        assertThat(c.node(odd.node()).asides()).isEmpty();
        assertThat(repairs(c)).isZero();
    }

    @Test
    void whatIsOnlyObservedIsSaidAndNotDone() {
        SimCluster c = cluster(1, 3);
        set(c, "AutoDpMetaRepairMode", "observe");
        Member odd = member(c, false);
        rot(c, odd);
        verified(c);
        c.world().run(SOON);
        assertThat(findings(c)).contains("REPLICAS_DIFFER", "REPAIR_OBSERVED");
        assertThat(c.node(odd.node()).asides()).isEmpty();
        set(c, "AutoDpMetaRepairMode", "on");
        c.run("replaced", LONG, () -> first(c).member(odd.replica()).isEmpty() && c.healthy() && same(c));
    }

    @Test
    void whereSoManyDifferThatTheCauseIsHardlyTheirDisksNothingIsDone() {
        SimCluster c = cluster(12, 3);
        for (Partition p : c.partitions()) {
            rot(
                    c,
                    p.members().stream()
                            .filter(m -> m.replica() != p.primary())
                            .findFirst()
                            .orElseThrow());
        }
        set(c, "AutoDpMetaRepairMode", "off");
        verified(c);
        c.run("counted again", SOON, () -> c.partitions().stream()
                .allMatch(p ->
                        Comparison.of(c.view(), p).filter(Comparison::confirmed).isPresent()));
        set(c, "AutoDpMetaRepairMode", "on");
        c.world().run(SOON);
        assertThat(repairs(c)).isZero();
        assertThat(findings(c)).contains("REPLICAS_DIFFER");
    }

    @Test
    void whatWasCopiedIsComparedByItself() {
        SimCluster c = cluster(6, 3);
        c.world().run(SOON);
        String source = c.name(member(c, false).node());
        c.drain(source, "/0");
        c.run("drained", LONG, () -> c.masters().state().openOps().isEmpty());
        List<Partition> moved = c.partitions().stream()
                .filter(p -> c.moves().stream().anyMatch(op -> op.move().partition() == p.id()))
                .toList();
        assertThat(moved).isNotEmpty();
        c.run("compared", SOON, () -> moved.stream().allMatch(p -> counted(c, p)));
    }

    @Test
    void everyPartitionHasItsTurnInTheIntervalAndNoneWhereThatIsNever() {
        SimCluster c = cluster(30, 3);
        set(c, "PartitionVerifyIntervalMs", "0");
        c.world().run(LONG);
        assertThat(c.partitions()).noneMatch(p -> counted(c, p));
        set(c, "PartitionVerifyIntervalMs", "10000");
        c.run("all have had their turn", Duration.ofSeconds(13), () -> c.partitions().stream()
                .allMatch(p -> counted(c, p)));
    }

    @Test
    void aNewLeaderHearsWhatWasCountedBeforeItsTime() {
        SimCluster c = cluster(1, 2);
        rot(c, member(c, false));
        verified(c);
        c.run("confirmed", SOON, () -> Comparison.of(c.view(), first(c))
                .filter(Comparison::confirmed)
                .isPresent());
        c.masters().killLeader();
        c.run(
                "told again",
                SOON,
                () -> c.healthy() && Comparison.of(c.view(), first(c)).isPresent());
    }
}
