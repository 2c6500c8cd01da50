package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the recovery of all data would do, and does next: the best copy wherever it lies, and nothing lost that nobody agreed to. */
class RescuePlanTest {
    private final Clusters c = new Clusters();

    @BeforeEach
    void threeReplicas() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
    }

    private Partition p() {
        return c.partition(1);
    }

    private Member primary() {
        return p().member(p().primary()).orElseThrow();
    }

    private List<Member> others() {
        return p().members().stream().filter(m -> m.replica() != p().primary()).toList();
    }

    private RescuePlan.Row row() {
        return RescuePlan.row(c.view(), p());
    }

    private Op rescue(Integer... choices) {
        long op = c.apply(new Command.RecoverData(0, List.of(choices))).value();
        return c.view().cluster().op(op).orElseThrow();
    }

    private void inSync(List<Long> replicas) {
        c.apply(new Command.ChangeInSync(
                1, p().epoch(), p().primary(), replicas.stream().sorted().toList()));
    }

    private String waits(Op op) {
        MoveSteps.Next next = RescueSteps.next(c.view(), op, p()).orElse(null);
        assertThat(next).isInstanceOf(MoveSteps.Next.Wait.class);
        return ((MoveSteps.Next.Wait) next).reason().code();
    }

    private void onlyThePrimaryIsInSyncAndItIsAway() {
        inSync(List.of(p().primary()));
        others().forEach(m -> c.replica(p(), m, Role.MEMBER, State.OK, 7));
        c.live(primary().node(), Liveness.DEAD);
    }

    @Test
    void nothingIsToBeDoneWithWhatIsHealthy() {
        assertThat(row().outcome()).isEqualTo(RescuePlan.HEALTHY);
        assertThat(RescueSteps.next(c.view(), rescue(1), p())).isEmpty();
        assertThat(RescuePlan.of(c.view()).counts().healthy()).isEqualTo(1);
        assertThat(RescuePlan.of(c.view()).partitions()).isEmpty();
    }

    @Test
    void withAnInSyncOneThereNothingIsLostAndNobodyIsForced() {
        c.live(primary().node(), Liveness.DEAD);
        assertThat(row())
                .matches(r -> r.outcome().equals(RescuePlan.ELECTS) && r.loss().isEmpty())
                .matches(r -> r.awaited().getFirst().contains("its datanode is dead"));
        assertThat(waits(rescue(1))).isEqualTo("ELECTING");
        assertThat(Elections.failover(c.view(), p()))
                .as("though automatic failover is off")
                .isPresent();
    }

    @Test
    void membersThatAreHeldAreLetIn() {
        Member held = others().getFirst();
        c.apply(new Command.HoldReplica(1, p().epoch(), held.replica(), 0));
        c.replica(p(), primary(), Role.PRIMARY, State.OK, 9);
        assertThat(row().outcome()).isEqualTo(RescuePlan.LETS_IN);
        assertThat(row().letIn()).containsExactly(c.view().diskName(held.disk()));
        Op op = rescue();
        assertThat(RescueSteps.next(c.view(), op, p()))
                .contains(new MoveSteps.Next.Propose(new Command.ReleaseReplica(1, held.replica())));
        c.apply(new Command.ReleaseReplica(1, held.replica()));
        assertThat(waits(op)).isEqualTo("CATCHING_UP");
        c.live(held.node(), Liveness.DEAD);
        assertThat(RescueSteps.next(c.view(), op, p()))
                .as("who is away is repair's business")
                .isEmpty();
    }

    @Test
    void somethingIsLostOnlyWhereThatWasAgreedAndOnce() {
        onlyThePrimaryIsInSyncAndItIsAway();
        assertThat(row())
                .matches(r -> r.outcome().equals(RescuePlan.CHOOSES))
                .matches(r -> r.loss().contains("writes acknowledged since epoch 2"))
                .matches(r -> r.awaited()
                        .getFirst()
                        .contains(c.view().diskName(primary().disk()) + " (in-sync)"));
        assertThat(waits(rescue())).isEqualTo("CHOICE_NEEDED");
        Op op = rescue(1);
        Command fence = new Command.FenceForData(op.id(), op.revision(), 1, p().epoch());
        assertThat(RescueSteps.next(c.view(), op, p())).contains(new MoveSteps.Next.Propose(fence));
        long part = c.apply(fence).value();
        others().forEach(m -> c.replica(p(), m, Role.NONE, State.OK, 7));
        assertThat(RescueSteps.next(c.view(), op, p()))
                .get()
                .as("its forced recovery goes on")
                .isInstanceOf(MoveSteps.Next.Wait.class);
        c.apply(new Command.CancelOp(part));
        assertThat(waits(op)).isEqualTo("CHOICE_CANCELLED");
    }

    @Test
    void whoIsAwaitedIsNamedWhereNobodyIsLeft() {
        p().members().forEach(m -> c.live(m.node(), Liveness.DEAD));
        assertThat(row())
                .matches(r -> r.outcome().equals(RescuePlan.WAITS) && r.reason().equals("NO_SURVIVOR"))
                .matches(r -> r.awaited().size() == 3 && r.letIn().isEmpty());
        assertThat(waits(rescue(1))).isEqualTo("NO_SURVIVOR");
    }

    /** Who left the in-sync set last; among those, the higher epoch of the last entry, whatever the indexes; then the higher index. */
    @Property(tries = 200)
    void theBestCopyIsWhoLeftLastThenByEpochThenByIndex(@ForAll long seed) {
        threeReplicas();
        SplittableRandom random = new SplittableRandom(seed);
        List<Member> out = others();
        if (random.nextBoolean()) {
            inSync(List.of(p().primary(), out.get(random.nextInt(2)).replica()));
        }
        inSync(List.of(p().primary()));
        Map<Long, long[]> last = new TreeMap<>();
        others().forEach(m -> {
            last.put(m.replica(), new long[] {m.leftEpoch(), 1 + random.nextInt(2), 1 + random.nextInt(3)});
            c.ended(p(), m, last.get(m.replica())[1], last.get(m.replica())[2]);
        });
        c.live(primary().node(), Liveness.DEAD);
        long[] best = last.values().stream()
                .max(Comparator.<long[]>comparingLong(l -> l[0])
                        .thenComparingLong(l -> l[1])
                        .thenComparingLong(l -> l[2]))
                .orElseThrow();
        long chosen = RecoveryPlan.of(c.view(), p()).survivor().replica();
        assertThat(last.get(chosen)).containsExactly(best);
        assertThat(row().with())
                .isEqualTo(c.view().diskName(p().member(chosen).orElseThrow().disk()));
    }
}
