package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElectionsTest {
    private final Clusters c = new Clusters();
    private Partition p;
    private Member primary;
    private List<Member> others;

    @BeforeEach
    void threeReplicas() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
        p = c.partition(1);
        primary = p.member(p.primary()).orElseThrow();
        others = p.members().stream().filter(m -> m.replica() != p.primary()).toList();
    }

    @Test
    void nothingIsChangedWhenAllIsWell() {
        assertThat(Elections.failover(c.view(), p)).isEmpty();
    }

    @Test
    void theLongestLogWinsAndTheDeadPrimaryLeaves() {
        c.live(primary.node(), Liveness.DEAD);
        c.replica(p, others.get(0), Role.MEMBER, State.OK, 11);
        c.replica(p, others.get(1), Role.MEMBER, State.OK, 12);
        List<Long> left = others.stream().map(Member::replica).sorted().toList();
        assertThat(Elections.failover(c.view(), p))
                .contains(new Command.Elect(p.id(), p.epoch(), others.get(1).replica(), left));
    }

    @Test
    void aReplicaThatIsNotInSyncIsNeverElectedHoweverLongItsLog() {
        c.apply(new Command.ChangeInSync(
                p.id(),
                p.epoch(),
                p.primary(),
                List.of(p.primary(), others.get(0).replica()).stream().sorted().toList()));
        Partition shrunk = c.partition(1);
        c.replica(shrunk, others.get(0), Role.MEMBER, State.OK, 5);
        c.replica(shrunk, others.get(1), Role.MEMBER, State.OK, 500);
        c.live(primary.node(), Liveness.DEAD);
        assertThat(Elections.failover(c.view(), shrunk)).hasValueSatisfying(e -> assertThat(e.primary())
                .isEqualTo(others.get(0).replica()));
    }

    @Test
    void whoRestartedIsElectedAgainOrAnotherAndStaysInSync() {
        c.replica(p, primary, Role.NONE, State.OK, 20);
        assertThat(Elections.failover(c.view(), p))
                .contains(new Command.Elect(p.id(), p.epoch(), primary.replica(), p.inSync()));
    }

    @Test
    void anUnheardPrimaryIsLeftAlone() {
        c.live(primary.node(), Liveness.UNKNOWN);
        assertThat(Elections.failover(c.view(), p)).isEmpty();
    }

    @Test
    void aDeadMemberLeavesAndThePrimaryStays() {
        c.live(others.get(0).node(), Liveness.DEAD);
        assertThat(Elections.failover(c.view(), p)).hasValueSatisfying(e -> {
            assertThat(e.primary()).isEqualTo(p.primary());
            assertThat(e.inSync()).doesNotContain(others.get(0).replica()).hasSize(2);
        });
    }

    @Test
    void nobodyIsElectedWhenAllInSyncAreGone() {
        p.members().forEach(m -> c.live(m.node(), Liveness.DEAD));
        assertThat(Elections.failover(c.view(), p)).isEmpty();
        assertThat(Elections.offline(c.view(), p).message()).contains("t.0", "start those datanodes");
    }

    @Test
    void whoWantsToGoOnAloneAgainstTwoThatLiveIsReplaced() {
        List<Long> alone = List.of(primary.replica());
        assertThat(Elections.insteadOfAlone(c.view(), p, alone))
                .hasValueSatisfying(e -> assertThat(e.inSync()).hasSize(2).doesNotContain(primary.replica()));
        c.live(others.get(0).node(), Liveness.DEAD);
        assertThat(Elections.insteadOfAlone(c.view(), p, alone)).isEmpty();
    }

    @Test
    void withoutAutomaticFailoverNobodyIsElectedButByHandAndOnlyTheDeadLeave() {
        c.apply(new Command.SetSettings(Map.of("AutoFailover", "false")));
        c.live(others.get(0).node(), Liveness.DEAD);
        assertThat(Elections.failover(c.view(), p)).as("a member leaves").isPresent();
        c.live(primary.node(), Liveness.DEAD);
        assertThat(Elections.failover(c.view(), p)).isEmpty();
        assertThat(Elections.byHand(c.view(), p)).hasValueSatisfying(e -> assertThat(e.primary())
                .isEqualTo(others.get(1).replica()));
        assertThat(ExplainPartition.of(c.view(), p).findings())
                .anyMatch(
                        f -> f.code().equals("AUTO_FAILOVER_OFF") && f.message().contains("change-leader t.0"));
        assertThat(Health.of(c.view(), List.of()).checks())
                .anyMatch(k -> k.code().equals("AUTO_FAILOVER_OFF"));
    }
}
