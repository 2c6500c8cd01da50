package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.ExtraPeer;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.plan.repair.LostMember;
import io.kintsugi.master.plan.repair.LostReplica;
import io.kintsugi.master.plan.repair.MissingPeer;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each rule of {@code plan.repair} finds, and what it leaves alone. */
class RulesTest {
    private static final long SIZE = 1L << 40;
    private static final long DIED = 1_000;
    private static final long TIMEOUT = 600_000;

    private final Clusters c = cluster();
    private final Partition p = c.partition(1);
    private final Member other = p.members().stream()
            .filter(m -> m.replica() != p.primary())
            .findFirst()
            .orElseThrow();

    private static Clusters cluster() {
        Clusters c = new Clusters();
        List.of("a", "b", "c", "d").forEach(n -> c.node(n, "z", 2, SIZE));
        c.table("t", 1, 3);
        return c;
    }

    private List<Long> ids() {
        return new ArrayList<>(p.members().stream().map(Member::replica).toList());
    }

    private void set(String name, String value) {
        assertThat(c.apply(new Command.SetSettings(Map.of(name, value))).accepted())
                .isTrue();
    }

    private Repair first() {
        return Rules.first(c.view(), p).orElseThrow();
    }

    private void nothing(View view) {
        assertThat(Rules.first(view, c.partition(1))).isEmpty();
    }

    private void dead(Member m) {
        c.live(m.node(), Liveness.DEAD);
        c.apply(new Command.NoteNodeDead(m.node(), true));
    }

    @Test
    void aWellPartitionNeedsNothing() {
        p.members().forEach(m -> c.stored(p, m, p.epoch(), ids()));
        nothing(c.view());
    }

    @Test
    void aHigherEpochIsAlarmedAndNothingElseIsSaid() {
        List<Long> extra = ids();
        extra.add(99L);
        c.stored(p, p.member(p.primary()).orElseThrow(), p.epoch(), extra);
        c.stored(p, other, p.epoch() + 3, ids());
        assertThat(first().alarm()).isTrue();
        assertThat(first().rule()).isEqualTo("HigherEpoch");
        assertThat(first().reason()).isEqualTo(HigherEpoch.CODE);
        assertThat(first().message()).contains("epoch " + (p.epoch() + 3), "the masters know " + p.epoch());
    }

    @Test
    void aStrayOfAHigherEpochIsAlarmedToo() {
        Member stray = new Member(77, other.node(), other.disk(), 0);
        c.stored(p, stray, p.epoch() + 1, ids());
        assertThat(new HigherEpoch().of(c.view(), p)).isPresent();
    }

    @Test
    void anExtraPeerAtEqualEpochRaisesTheEpochWithTheSameContent() {
        List<Long> stored = ids();
        stored.add(99L);
        c.stored(p, other, p.epoch(), stored);
        assertThat(first().rule()).isEqualTo("ExtraPeer");
        assertThat(first().message()).contains("[99]");
        assertThat(first().command()).isEqualTo(new Command.Elect(p.id(), p.epoch(), p.primary(), p.inSync()));
        assertThat(new MissingPeer().of(c.view(), p)).isEmpty();
    }

    @Test
    void aMissingPeerIsNamed() {
        List<Long> stored = ids();
        stored.remove(other.replica());
        c.stored(p, other, p.epoch(), stored);
        assertThat(first().rule()).isEqualTo("MissingPeer");
        assertThat(first().message()).contains("[" + other.replica() + "]");
    }

    @Test
    void oneExchangedForAnotherIsFoundByItsExtraPeer() {
        List<Long> stored = ids();
        stored.set(0, 99L);
        c.stored(p, other, p.epoch(), stored);
        assertThat(first().rule()).isEqualTo("ExtraPeer");
    }

    @Test
    void whoIsBehindSaysNothingAboutPeers() {
        c.stored(p, other, p.epoch() - 1, List.of(99L));
        nothing(c.view());
    }

    @Test
    void anOldReportSaysNothingAboutPeers() {
        c.stored(p, other, p.epoch(), List.of(99L));
        c.soft.put(new NodeFacts(other.node(), Liveness.ALIVE, true, false, 0, 0));
        nothing(c.view());
        c.soft.put(new NodeFacts(other.node(), Liveness.ALIVE, false, true, 0, 0));
        nothing(c.view());
        c.live(other.node(), Liveness.ALIVE);
        assertThat(new ExtraPeer().of(c.view(), p)).isPresent();
    }

    @Test
    void aLostReplicaIsReplacedAtOnce() {
        c.replica(p, other, ReplicaFacts.Role.NONE, ReplicaFacts.State.CORRUPT, 0);
        assertThat(first().command())
                .isEqualTo(new Command.RepairReplica(p.id(), p.epoch(), other.replica(), 0, 0, "LostReplica"));
    }

    @Test
    void aLostPrimaryIsReplacedOnlyOnceAnotherIsElected() {
        c.replica(p, p.member(p.primary()).orElseThrow(), ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        nothing(c.view());
    }

    @Test
    void theOnlyOneInSyncIsNeverReplaced() {
        c.apply(new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), List.of(p.primary())));
        Partition alone = c.partition(1);
        Member primary = alone.member(alone.primary()).orElseThrow();
        c.replica(alone, primary, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        nothing(c.view());
        dead(primary);
        nothing(c.viewAt(DIED + 10 * TIMEOUT));
    }

    @Test
    void aMemberIsGivenUpWhenItsNodeHasBeenDeadForTheTime() {
        dead(other);
        nothing(c.viewAt(DIED + TIMEOUT - 1));
        assertThat(LostMember.millisLeft(c.viewAt(DIED + TIMEOUT - 1), other)).hasValue(1);
        assertThat(Rules.first(c.viewAt(DIED + TIMEOUT), p).orElseThrow().command())
                .isEqualTo(new Command.RepairReplica(p.id(), p.epoch(), other.replica(), 0, 0, "LostMember"));
        assertThat(ExplainPartition.of(c.viewAt(DIED + TIMEOUT - 60_000), p).findings())
                .anySatisfy(f -> assertThat(f.message()).contains("another takes its place in 60 s"));
    }

    @Test
    void aMemberIsNotGivenUpWhileThisLeaderHasNotSeenItsNodeDead() {
        dead(other);
        c.live(other.node(), Liveness.UNKNOWN);
        nothing(c.viewAt(DIED + TIMEOUT));
        c.live(other.node(), Liveness.ALIVE);
        nothing(c.viewAt(DIED + TIMEOUT));
    }

    @Test
    void oneRepairOfAPartitionAtATime() {
        c.replica(p, other, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        assertThat(c.apply(first().command()).accepted()).isTrue();
        assertThat(new LostReplica().of(c.view(), c.partition(1))).isEmpty();
    }

    @Test
    void modeLimitAndBrakeHoldWhatIsDueAndSaySo() {
        c.replica(p, other, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        assertThat(Gate.holds(c.view(), p, first(), 0)).isEmpty();
        assertThat(held("AutoDpMetaRepairMode", "observe")).isEqualTo("REPAIR_OBSERVED");
        assertThat(held("AutoDpMetaRepairMode", "off")).isEqualTo("REPAIR_OFF");
        set("AutoDpMetaRepairMode", "on");
        assertThat(held("EnableAutoDpMetaRepair", "false")).isEqualTo("REPAIR_OFF");
        set("EnableAutoDpMetaRepair", "true");
        assertThat(held("AutoDpMetaRepairParallelCnt", "0")).isEqualTo("REPAIR_LIMIT");
        set("AutoDpMetaRepairParallelCnt", "1");
        assertThat(Gate.holds(c.view(), p, first(), 1)).isPresent();
        c.apply(new Command.EngageBrake("TOO_MANY_FAILURES", "many"));
        assertThat(Gate.holds(c.view(), p, first(), 0)).isEmpty();
    }

    private String held(String setting, String value) {
        set(setting, value);
        String code = Gate.holds(c.view(), p, first(), 0).orElseThrow().code();
        assertThat(ExplainPartition.of(c.view(), p).findings())
                .extracting(Finding::code)
                .contains(code);
        return code;
    }

    @Test
    void theBrakeHoldsWhoIsOnlyAway() {
        dead(other);
        c.apply(new Command.EngageBrake("TOO_MANY_FAILURES", "many"));
        View view = c.viewAt(DIED + TIMEOUT);
        assertThat(Gate.holds(view, p, Rules.first(view, p).orElseThrow(), 0)
                        .orElseThrow()
                        .code())
                .isEqualTo("AUTOMATIC_WORK_STOPPED");
    }

    @Test
    void whatIsHeldIsRefusedWhoeverAsksForIt() {
        Command away = new Command.RepairReplica(p.id(), p.epoch(), other.replica(), 0, 0, Brake.STOPPED_RULE);
        Command bad = new Command.RepairReplica(p.id(), p.epoch(), other.replica(), 0, 0, "LostReplica");
        set("AutoDpMetaRepairMode", "observe");
        assertThat(c.apply(bad).reason()).isEqualTo("REPAIR_OFF");
        set("AutoDpMetaRepairMode", "on");
        c.apply(new Command.EngageBrake("TOO_MANY_FAILURES", "many"));
        assertThat(c.apply(away).reason()).isEqualTo("AUTOMATIC_WORK_STOPPED");
        assertThat(c.apply(bad).accepted()).isTrue();
    }

    @Test
    void theBrakeKnowsTheRuleByItsName() {
        assertThat(new LostMember().name()).isEqualTo(Brake.STOPPED_RULE);
    }

    @Test
    void aMoveWaitsForARepairThatIsAboutToBegin() {
        c.replica(p, other, ReplicaFacts.Role.NONE, ReplicaFacts.State.LOST, 0);
        assertThat(Gate.first(c.view(), p).orElseThrow().code()).isEqualTo("REPAIR_FIRST");
        set("AutoDpMetaRepairMode", "observe");
        assertThat(Gate.first(c.view(), p)).isEmpty();
    }
}
