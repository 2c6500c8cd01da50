package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AbsencePlanTest {
    private final Clusters c = new Clusters();
    private Partition p;
    private Member primary;
    private Member other;

    @BeforeEach
    void threeReplicas() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
        now();
    }

    private void now() {
        p = c.partition(1);
        primary = p.member(p.primary()).orElseThrow();
        other = p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .findFirst()
                .orElseThrow();
    }

    private static String code(AbsencePlan plan) {
        return plan.refusal() == null ? plan.action() : plan.refusal().code();
    }

    @Test
    void theHealthyAreDemotedByForceAlone() {
        assertThat(code(AbsencePlan.out(c.view(), p, other, false))).isEqualTo("MEMBER_HEALTHY");
        assertThat(AbsencePlan.out(c.view(), p, other, true).commands())
                .containsExactly(new Command.HoldReplica(p.id(), p.epoch(), other.replica(), 0));
    }

    @Test
    void theDeadGoAtOnceAndAPrimaryHandsOver() {
        c.live(primary.node(), Liveness.DEAD);
        AbsencePlan plan = AbsencePlan.out(c.view(), p, primary, false);
        assertThat(code(plan)).isEqualTo("handed-over");
        Command.HoldReplica hold = (Command.HoldReplica) plan.commands().getFirst();
        assertThat(p.inSync()).contains(hold.newPrimary());
        assertThat(hold.newPrimary()).isNotEqualTo(primary.replica());
        p.members().stream().filter(m -> m.replica() != other.replica()).forEach(m -> c.live(m.node(), Liveness.DEAD));
        assertThat(code(AbsencePlan.out(c.view(), p, other, true))).isEqualTo("NO_OTHER_COPY");
        p.members().forEach(m -> c.live(m.node(), Liveness.DEAD));
        assertThat(code(AbsencePlan.out(c.view(), p, primary, true))).isEqualTo("NO_OTHER_PRIMARY");
    }

    @Test
    void theOnlyOneInSyncIsNeverTakenOut() {
        c.apply(new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), List.of(p.primary())));
        now();
        assertThat(code(AbsencePlan.out(c.view(), p, primary, true))).isEqualTo("LAST_IN_SYNC");
    }

    @Test
    void whoIsBackIsLetInOrReplacedAndNobodyWhoIsDead() {
        assertThat(code(AbsencePlan.back(c.view(), p, other))).isEqualTo("nothing");
        c.apply(new Command.HoldReplica(p.id(), p.epoch(), other.replica(), 0));
        now();
        Partition held = p;
        Member out = p.members().stream()
                .filter(m -> held.isHeld(m.replica()))
                .findFirst()
                .orElseThrow();
        c.replica(p, primary, Role.PRIMARY, State.OK, 5);
        c.replica(p, out, Role.MEMBER, State.OK, 5);
        assertThat(AbsencePlan.back(c.view(), p, out).commands())
                .containsExactly(new Command.ReleaseReplica(p.id(), out.replica()));
        assertThat(code(AbsencePlan.out(c.view(), p, out, false)))
                .as("it is held")
                .isEqualTo("nothing");
        c.replica(p, out, Role.MEMBER, State.CORRUPT, 5);
        assertThat(AbsencePlan.back(c.view(), p, out).commands())
                .containsExactly(new Command.RepairReplica(p.id(), p.epoch(), out.replica(), out.node(), 0, ""));
        c.live(out.node(), Liveness.DEAD);
        assertThat(code(AbsencePlan.back(c.view(), p, out))).isEqualTo("NODE_NOT_ALIVE");
        assertThat(code(AbsencePlan.in(c.view(), p, out))).isEqualTo("NODE_NOT_ALIVE");
    }

    @Test
    void aPrimaryThatRestartedIsPutIntoOfficeAgain() {
        c.replica(p, primary, Role.NONE, State.OK, 20);
        AbsencePlan plan = AbsencePlan.back(c.view(), p, primary);
        assertThat(code(plan)).isEqualTo("elected");
        assertThat(plan.commands())
                .containsExactly(new Command.Elect(p.id(), p.epoch(), primary.replica(), p.inSync()));
    }
}
