package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom a forced recovery goes on with, and when. */
class RecoveryStepsTest {
    private final Clusters c = new Clusters();
    private Member first;
    private Member second;
    private Member third;

    @BeforeEach
    void threeReplicas() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
        Partition p = c.partition(1);
        first = p.member(p.primary()).orElseThrow();
        List<Member> others =
                p.members().stream().filter(m -> m.replica() != p.primary()).toList();
        second = others.get(0);
        third = others.get(1);
    }

    private Partition p() {
        return c.partition(1);
    }

    private void inSync(Member... members) {
        List<Long> ids = List.of(members).stream().map(Member::replica).sorted().toList();
        assertThat(c.apply(new Command.ChangeInSync(1, p().epoch(), p().primary(), ids))
                        .accepted())
                .isTrue();
    }

    private Op fence() {
        long op = c.apply(new Command.FencePartition(1, p().epoch())).value();
        return c.view().cluster().op(op).orElseThrow();
    }

    private void heard(Member m, long lastIndex) {
        c.replica(p(), m, Role.MEMBER, State.OK, lastIndex);
    }

    private MoveSteps.Next next(Op op) {
        return RecoverySteps.next(c.view(), op, p());
    }

    private Reason waits(Op op) {
        assertThat(next(op)).isInstanceOf(MoveSteps.Next.Wait.class);
        return ((MoveSteps.Next.Wait) next(op)).reason();
    }

    private Command.ChooseSurvivor chosen(Op op) {
        assertThat(next(op)).isInstanceOf(MoveSteps.Next.Propose.class);
        return (Command.ChooseSurvivor) ((MoveSteps.Next.Propose) next(op)).command();
    }

    @Test
    void whoLeftLastIsChosenThoughAnotherHasALongerLog() {
        inSync(first, third);
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        heard(second, 900);
        assertThat(waits(op).code()).isEqualTo("FENCING");
        heard(third, 20);
        assertThat(chosen(op))
                .matches(choice -> choice.replica() == third.replica())
                .matches(choice -> choice.message().contains("since epoch 3"))
                .matches(choice -> choice.message().contains(c.view().diskName(first.disk()) + " (in-sync)"));
    }

    @Test
    void amongThoseThatLeftTogetherTheLongerLogIsChosen() {
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        heard(second, 21);
        heard(third, 20);
        assertThat(chosen(op).replica()).isEqualTo(second.replica());
    }

    @Test
    void anInSyncOneIsElectedWhateverTheLengthsOfLogs() {
        inSync(first, second);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        heard(second, 1);
        heard(third, 900);
        assertThat(waits(op).code()).isEqualTo("ELECTING");
        assertThat(Elections.failover(c.view(), p()))
                .hasValueSatisfying(elect -> assertThat(elect.primary()).isEqualTo(second.replica()));
        assertThat(RecoveryPlan.of(c.view(), p()))
                .matches(plan -> plan.outcome().equals(RecoveryPlan.ELECTS)
                        && plan.loss().isEmpty());
    }

    @Test
    void nobodyIsChosenBeforeAllThatCanAnswerHaveStoredTheFence() {
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        heard(second, 10);
        heard(third, 30);
        Op op = fence();
        assertThat(waits(op).code()).isEqualTo("FENCING");
        heard(third, 30);
        assertThat(waits(op).message()).contains(c.view().diskName(second.disk()));
        c.live(second.node(), Liveness.DEAD);
        assertThat(chosen(op).message()).contains(c.view().diskName(second.disk()));
    }

    @Test
    void whileAReplicaIsAboveTheMastersNobodyIsChosen() {
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        heard(second, 21);
        c.stored(p(), third, p().epoch() + 1, List.of());
        assertThat(waits(op).code()).isEqualTo("EPOCH_ABOVE_MASTERS");
        heard(third, 20);
        assertThat(chosen(op).replica()).isEqualTo(second.replica());
    }

    @Test
    void withoutASurvivorItWaitsAndNamesWhomToBringBack() {
        inSync(first);
        for (Member m : List.of(first, second, third)) {
            c.live(m.node(), Liveness.DEAD);
        }
        Op op = fence();
        assertThat(waits(op)).matches(r -> r.code().equals("NO_SURVIVOR") && !r.passing());
        assertThat(waits(op).message()).contains(c.view().diskName(first.disk()));
    }

    @Test
    void oneThatIsStillCopiedOrBrokenIsNoSurvivor() {
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        c.replica(p(), second, Role.MEMBER, State.SEEDING, 50);
        c.replica(p(), third, Role.NONE, State.ALARM, 60);
        assertThat(waits(op).code()).isEqualTo("NO_SURVIVOR");
    }

    @Test
    void itEndsWhenTheChosenOneServesAndSaysWhenItHasGone() {
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
        Op op = fence();
        heard(second, 10);
        heard(third, 11);
        c.apply(chosen(op));
        Op after = c.view().cluster().op(op.id()).orElseThrow();
        assertThat(waits(after).code()).isEqualTo("TO_SERVE");
        c.live(third.node(), Liveness.DEAD);
        assertThat(waits(after).code()).isEqualTo("SURVIVOR_GONE");
        c.live(third.node(), Liveness.ALIVE);
        c.replica(p(), third, Role.PRIMARY, State.OK, 11);
        assertThat(next(after))
                .isEqualTo(new MoveSteps.Next.Propose(new Command.FinishRecovery(op.id(), after.revision())));
    }

    @Test
    void aPartitionThatServesNeedsNone() {
        assertThat(RecoveryPlan.of(c.view(), p()).outcome()).isEqualTo(RecoveryPlan.NOT_NEEDED);
    }
}
