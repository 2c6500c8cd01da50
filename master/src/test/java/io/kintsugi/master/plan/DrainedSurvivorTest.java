package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an earlier recovery removed comes back on a disk that was drained meanwhile: a recovery doesn't put a replica there. */
class DrainedSurvivorTest {
    private final Clusters c = new Clusters();
    private Member survivor;
    /** Removed by the first recovery, and alive. */
    private Member left;
    /** Removed too, and dead. */
    private Member other;

    @BeforeEach
    void oneRecoveryIsOver() {
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 3);
        other = p().member(p().primary()).orElseThrow();
        List<Member> others =
                p().members().stream().filter(m -> m.replica() != p().primary()).toList();
        left = others.get(0);
        survivor = others.get(1);
        ok(new Command.ChangeInSync(1, p().epoch(), p().primary(), List.of(other.replica())));
        c.live(other.node(), Liveness.DEAD);
        Op op = fence();
        ok(new Command.ChooseSurvivor(
                op.id(), op.revision(), 1, p().epoch(), survivor.replica(), survivor.disk(), "some"));
        ok(new Command.FinishRecovery(op.id(), op(op).revision()));
        c.live(survivor.node(), Liveness.DEAD);
    }

    private Partition p() {
        return c.partition(1);
    }

    private long ok(Command command) {
        var outcome = c.apply(command);
        assertThat(outcome.accepted()).as("%s: %s", command, outcome).isTrue();
        return outcome.value();
    }

    private Op op(Op op) {
        return c.view().cluster().op(op.id()).orElseThrow();
    }

    private Op fence() {
        long op = ok(new Command.FencePartition(1, p().epoch()));
        return c.view().cluster().op(op).orElseThrow();
    }

    private Disk disk(Member m) {
        return c.view().cluster().disk(m.disk()).orElseThrow();
    }

    private String place(Member m) {
        return c.view().diskName(m.disk());
    }

    /** Its disk is emptied as far as the masters know. */
    private void drained(Member m) {
        finish(ok(new Command.DecommissionDisk(m.disk(), Op.DEFAULT_WEIGHT)));
        assertThat(disk(m).drain()).isEqualTo(DrainState.DRAINED);
    }

    private void finish(long drain) {
        Op op = c.view().cluster().op(drain).orElseThrow();
        ok(new Command.AdmitDisk(drain, op.revision(), true, "", ""));
        ok(new Command.FinishDecommission(drain, op(op).revision(), true, "", ""));
    }

    private void heard(Member m, long lastIndex) {
        c.replica(p(), m, Role.NONE, State.OK, lastIndex);
    }

    private RecoveryPlan plan(long survivor, boolean insist) {
        return RecoveryPlan.of(c.view(), p(), new RecoveryWish(0, survivor, insist));
    }

    private void refused(RecoveryPlan plan, String remedy) {
        assertThat(plan.outcome()).isEqualTo(RecoveryPlan.WAITS);
        assertThat(plan.reason().code()).isEqualTo("SURVIVOR_DRAINED");
        assertThat(plan.reason().passing()).isFalse();
        assertThat(plan.reason().message()).contains(place(left) + " (replica " + left.replica(), remedy);
    }

    @Test
    void itIsNotChosenBeforeItsDiskIsTakenBack() {
        drained(left);
        Op op = fence();
        heard(left, 20);
        refused(plan(0, false), "disk recommission " + place(left));
        refused(plan(left.replica(), true), "disk recommission " + place(left));
        assertThat(RecoverySteps.next(c.view(), op, p()))
                .isInstanceOfSatisfying(
                        MoveSteps.Next.Wait.class,
                        wait -> assertThat(wait.reason().code()).isEqualTo("SURVIVOR_DRAINED"));
        assertThat(RescuePlan.row(c.view(), p()))
                .matches(row -> row.outcome().equals(RescuePlan.WAITS))
                .matches(row -> row.reason().equals("SURVIVOR_DRAINED"));
        ok(new Command.RecommissionDisk(left.disk()));
        assertThat(RecoverySteps.next(c.view(), op, p()))
                .isInstanceOfSatisfying(MoveSteps.Next.Propose.class, next -> ok(next.command()));
        assertThat(p().members()).extracting(Member::replica).containsExactly(left.replica());
    }

    @Test
    void ofADrainedDatanodeItIsTheDatanodeThatIsToBeTakenBack() {
        ok(new Command.DecommissionNode(left.node(), Op.DEFAULT_WEIGHT));
        finish(disk(left).drainOp());
        fence();
        heard(left, 20);
        refused(plan(left.replica(), true), "node recommission " + c.view().nodeName(left.node()));
        ok(new Command.RecommissionNode(left.node()));
        assertThat(plan(0, false).survivor().replica()).isEqualTo(left.replica());
    }

    @Test
    void onADiskThatIsStillBeingDrainedItIsChosen() {
        ok(new Command.DecommissionDisk(left.disk(), Op.DEFAULT_WEIGHT));
        assertThat(disk(left).drain()).isEqualTo(DrainState.DRAINING);
        Op op = fence();
        heard(left, 20);
        assertThat(RecoverySteps.next(c.view(), op, p()))
                .isInstanceOfSatisfying(MoveSteps.Next.Propose.class, next -> ok(next.command()));
        assertThat(p().primary()).isEqualTo(left.replica());
    }

    @Test
    void whereAnotherGoesOnItIsNamedIfItMayHoldMore() {
        drained(left);
        c.live(other.node(), Liveness.ALIVE);
        fence();
        heard(left, 20);
        heard(other, 10);
        String named = place(left) + " (replica " + left.replica();
        assertThat(plan(0, false))
                .matches(plan -> plan.survivor().replica() == other.replica())
                .matches(plan -> plan.loss().contains(named))
                .matches(plan -> plan.loss().contains("disk recommission " + place(left)));
        assertThat(RescuePlan.row(c.view(), p()).awaited()).anyMatch(line -> line.startsWith(named));
        refused(plan(left.replica(), true), "disk recommission " + place(left));
        heard(other, 30);
        assertThat(plan(0, false).loss()).doesNotContain(named);
        assertThat(RescuePlan.row(c.view(), p()).awaited()).noneMatch(line -> line.startsWith(named));
    }
}
