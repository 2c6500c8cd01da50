package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator may ask of a forced recovery: that it waits, and with whom it goes on. */
class RecoveryWishTest {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private final Clusters c = new Clusters();
    private Member first;
    /** Left before the third. */
    private Member second;

    private Member third;

    @BeforeEach
    void onlyTheFirstIsInSyncAndItIsAway() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
        first = p().member(p().primary()).orElseThrow();
        List<Member> others =
                p().members().stream().filter(m -> m.replica() != p().primary()).toList();
        second = others.get(0);
        third = others.get(1);
        inSync(first, third);
        inSync(first);
        c.live(first.node(), Liveness.DEAD);
    }

    private Partition p() {
        return c.partition(1);
    }

    private void inSync(Member... members) {
        List<Long> ids = List.of(members).stream().map(Member::replica).sorted().toList();
        c.apply(new Command.ChangeInSync(1, p().epoch(), p().primary(), ids));
    }

    private Op fence(Duration wait, long survivor, boolean insist) {
        long op = c.apply(new Command.FencePartition(1, p().epoch(), wait.toMillis(), survivor, insist))
                .value();
        return c.view().cluster().op(op).orElseThrow();
    }

    private void heard(Member m, long lastIndex) {
        c.replica(p(), m, Role.MEMBER, State.OK, lastIndex);
    }

    private MoveSteps.Next next(Op op) {
        return RecoverySteps.next(c.view(), op, p());
    }

    private Command.ChooseSurvivor chosen(Op op) {
        return (Command.ChooseSurvivor) ((MoveSteps.Next.Propose) next(op)).command();
    }

    @Test
    void itWaitsForTheInSyncOneThatIsAwayAndThenGoesOn() {
        Op op = fence(WAIT, 0, false);
        heard(second, 10);
        heard(third, 20);
        MoveSteps.Next.Wait wait = (MoveSteps.Next.Wait) next(op);
        assertThat(wait.reason())
                .matches(r -> r.code().equals("WAITS_FOR_BETTER") && !r.passing())
                .matches(r -> r.message().contains(c.view().diskName(first.disk()) + " (in-sync)"));
        assertThat(wait.recheckNanos())
                .isEqualTo(c.view().nowNanos()
                        + Duration.ofMillis(op.recovery().wish().waitUntil()
                                        - c.view().nowMillis())
                                .toNanos());
        View later = c.viewAt(op.recovery().wish().waitUntil());
        assertThat(RecoverySteps.next(later, op, p()))
                .isInstanceOfSatisfying(MoveSteps.Next.Propose.class, now -> assertThat(now.command())
                        .isInstanceOfSatisfying(Command.ChooseSurvivor.class, choice -> assertThat(choice.replica())
                                .isEqualTo(third.replica())));
    }

    @Test
    void itDoesNotWaitForWhoIsWorseThanTheSurvivor() {
        c.live(first.node(), Liveness.ALIVE);
        c.live(second.node(), Liveness.DEAD);
        Op op = fence(WAIT, 0, false);
        c.replica(p(), first, Role.NONE, State.LOST, 0);
        heard(third, 20);
        // the first is lost, and was in-sync: it is waited for, since its disk may come back; not so the second
        assertThat(((MoveSteps.Next.Wait) next(op)).reason().message())
                .contains(c.view().diskName(first.disk()))
                .doesNotContain(c.view().diskName(second.disk()));
    }

    @Test
    void aBetterOneThatIsThereGoesBeforeTheOneThatWasNamed() {
        Op op = fence(Duration.ZERO, second.replica(), false);
        heard(second, 900);
        heard(third, 20);
        assertThat(chosen(op).replica()).isEqualTo(third.replica());
    }

    @Test
    void whoInsistsGoesOnWithTheOneThatHeNamedAndIsToldWhatThatCosts() {
        Op op = fence(Duration.ZERO, second.replica(), true);
        heard(second, 10);
        heard(third, 20);
        assertThat(chosen(op))
                .matches(choice -> choice.replica() == second.replica())
                .matches(choice -> choice.message().contains("since epoch 2,"))
                .matches(choice -> choice.message()
                        .contains("the better replica on " + c.view().diskName(third.disk()) + " is passed over"));
    }

    @Test
    void anInSyncOneIsElectedWhoeverWasNamed() {
        Op op = fence(Duration.ZERO, second.replica(), true);
        c.live(first.node(), Liveness.ALIVE);
        heard(first, 30);
        heard(second, 10);
        heard(third, 20);
        assertThat(((MoveSteps.Next.Wait) next(op)).reason().code()).isEqualTo("ELECTING");
    }

    @Test
    void theOneThatWasNamedIsWaitedForAndIfItIsAwayThatIsSaid() {
        Op op = fence(Duration.ZERO, second.replica(), true);
        c.live(second.node(), Liveness.DEAD);
        heard(third, 20);
        assertThat(((MoveSteps.Next.Wait) next(op)).reason())
                .matches(r -> r.code().equals("SURVIVOR_NOT_REACHED"))
                .matches(r -> r.message().contains(c.view().diskName(second.disk())));
    }

    @Test
    void thePlanOfTheBestNamesNobodyAsPassedOver() {
        fence(Duration.ZERO, 0, false);
        heard(second, 10);
        heard(third, 20);
        assertThat(RecoveryPlan.of(c.view(), p(), new RecoveryWish(0, third.replica(), true)))
                .matches(plan -> plan.survivor().replica() == third.replica())
                .matches(plan -> !plan.loss().contains("passed over"));
    }
}
