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

/** What an operator may take out, by what the leader sees. */
class RemovalPlanTest {
    private final Clusters c = Clusters.healthy();
    private Member primary;
    private Member behind;

    @BeforeEach
    void oneHasLeftTheInSyncSet() {
        Partition p = c.partition(1);
        primary = p.member(p.primary()).orElseThrow();
        behind = p.members().stream()
                .filter(m -> m.replica() != primary.replica())
                .findFirst()
                .orElseThrow();
        List<Long> others =
                p.inSync().stream().filter(r -> r != behind.replica()).toList();
        assertThat(c.apply(new Command.ChangeInSync(1, p.epoch(), p.primary(), others))
                        .accepted())
                .isTrue();
        c.partition(1).members().forEach(m -> c.replica(c.partition(1), m, Role.MEMBER, State.OK, 10));
    }

    private RemovalPlan without(Member m) {
        return RemovalPlan.of(c.view(), c.partition(1), m, true);
    }

    @Test
    void whoIsNotInSyncGoesWhileAnotherWorks() {
        assertThat(without(behind).possible()).isTrue();
        c.live(primary.node(), Liveness.DEAD);
        assertThat(without(behind).possible()).isTrue();
    }

    /** Whoever is in-sync may never come back: then this one is what a recovery would go on with. */
    @Test
    void whatMayBeAllThatIsLeftStays() {
        c.partition(1).members().stream()
                .filter(m -> m.replica() != behind.replica())
                .forEach(m -> c.replica(c.partition(1), m, Role.NONE, State.LOST, 10));
        assertThat(without(behind))
                .matches(plan -> !plan.possible() && plan.reason().equals("NO_OTHER_COPY"))
                .matches(plan -> plan.message().contains("all that is left"));
    }
}
