package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.LastCopy;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which replica on a broken disk is read, when, and what becomes of it. */
class SalvageTest {
    private Clusters c = new Clusters();
    private Member first;
    private Member second;

    @BeforeEach
    void twoOfThreeInSync() {
        set(c);
    }

    private void set(Clusters clusters) {
        c = clusters;
        for (int i = 1; i <= 4; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.apply(new Command.SetSettings(Map.of("AutoDpMetaRepairMode", "on")));
        c.table("t", 1, 3);
        first = p().member(p().primary()).orElseThrow();
        second = p().members().stream()
                .filter(m -> m.replica() != first.replica())
                .findFirst()
                .orElseThrow();
        accepted(new Command.ChangeInSync(1, p().epoch(), first.replica(), List.of(first.replica(), second.replica())));
    }

    private Partition p() {
        return c.partition(1);
    }

    private long accepted(Command command) {
        var outcome = c.apply(command);
        assertThat(outcome.accepted()).as("%s: %s", command, outcome.message()).isTrue();
        return outcome.value();
    }

    /** Its replica is lost with it. */
    private void broken(Member m, boolean readable, long lastIndex) {
        accepted(new Command.SetDiskStatus(m.disk(), DiskStatus.UNAVAILABLE.wire(), "EIO"));
        c.soft.put(new DiskFacts(
                m.disk(), DiskFacts.Health.BROKEN, "EIO", 0, 1L << 30, 0, 0, List.of(), "", 0, "", readable));
        c.replica(p(), m, Role.NONE, State.LOST, lastIndex);
    }

    private void nobody() {
        assertThat(Salvage.source(c.view(), p())).isEmpty();
        assertThat(new LastCopy().of(c.view(), p())).isEmpty();
    }

    @Test
    void whileAnotherInSyncOneWorksNothingIsReadSo() {
        broken(first, true, 10);
        nobody();
    }

    @Test
    void whoMayComeBackIsWaitedForAndADeadOneIsNot() {
        broken(first, true, 10);
        c.live(second.node(), Liveness.UNKNOWN);
        nobody();
        c.live(second.node(), Liveness.DEAD);
        assertThat(Salvage.source(c.view(), p())).contains(first);
        assertThat(new LastCopy().of(c.view(), p()))
                .hasValueSatisfying(repair -> assertThat(repair.reason()).isEqualTo("LAST_COPY_ON_BROKEN_DISK"));
    }

    @Test
    void ofTwoTheLongerLogIsRead() {
        broken(first, true, 10);
        broken(second, true, 11);
        assertThat(Salvage.source(c.view(), p())).contains(second);
    }

    @Test
    void whatCannotBeAskedForIsNoSource() {
        broken(second, false, 11);
        broken(first, true, 10);
        assertThat(Salvage.source(c.view(), p())).contains(first);
        c.live(first.node(), Liveness.DEAD);
        nobody();
    }

    @Test
    void whatIsCorruptIsNoSourceAndAContradictionIsAHumansToSolve() {
        broken(first, true, 10);
        broken(second, true, 11);
        c.replica(p(), second, Role.NONE, State.CORRUPT, 11);
        assertThat(Salvage.source(c.view(), p())).contains(first);
        c.replica(p(), second, Role.NONE, State.ALARM, 11);
        nobody();
    }

    @Test
    void aNewLeaderHearsTheNodesFirst() {
        set(new Clusters(false));
        broken(first, true, 10);
        broken(second, true, 10);
        nobody();
    }

    // ------------------------------------------------------------------ the op
    /** Its copy runs. */
    private Op copying() {
        broken(second, true, 9);
        broken(first, true, 10);
        long id = accepted(new Command.RepairReplica(1, p().epoch(), first.replica(), 0, 0, "LastCopy"));
        accepted(new Command.ReadmitMove(id, op(id).revision(), 1, p().epoch()));
        assertThat(next(id)).isInstanceOfSatisfying(MoveSteps.Next.Propose.class, next -> assertThat(next.command())
                .isInstanceOf(Command.StartSalvage.class));
        accepted(((MoveSteps.Next.Propose) next(id)).command());
        return op(id);
    }

    private MoveSteps.Next next(long id) {
        return MoveSteps.next(c.view(), op(id), p());
    }

    private Op op(long id) {
        return c.view().cluster().op(id).orElseThrow();
    }

    private void joining(State state, String detail) {
        Partition p = p();
        Member m = p.joining();
        c.soft.put(
                new ReplicaFacts(
                        m.replica(), p.id(), m.node(), m.disk(), p.epoch(), Role.MEMBER, state, 1, 10, 0, 5, 9, detail),
                p,
                0);
    }

    @Test
    void theJoiningOneIsToldUntilItCopiesAndStandsThereWhenItHasAll() {
        Op op = copying();
        joining(State.OK, "");
        ReplicaFacts facts = c.view().reports().replica(p().joining().replica()).orElseThrow();
        assertThat(Salvage.toBegin(p(), facts)).isTrue();

        joining(State.SEEDING, "");
        facts = c.view().reports().replica(p().joining().replica()).orElseThrow();
        assertThat(Salvage.toBegin(p(), facts)).isFalse();
        assertThat(next(op.id())).isInstanceOfSatisfying(MoveSteps.Next.Wait.class, next -> assertThat(next.reason())
                .matches(r -> r.code().equals("SALVAGING"))
                .matches(r -> r.message().contains("copied from the broken disk")));

        joining(State.SALVAGED, "");
        assertThat(next(op.id()))
                .isInstanceOfSatisfying(MoveSteps.Next.Propose.class, next -> assertThat(next.command())
                        .isInstanceOf(Command.SwapSalvaged.class));
    }

    @Test
    void whatCannotBeReadEndsTheAttemptAndIsNamed() {
        Op op = copying();
        joining(State.OK, "SALVAGE_UNREADABLE: reading /d/000012.sst: Input/output error");
        assertThat(next(op.id())).isInstanceOfSatisfying(MoveSteps.Next.Propose.class, next -> assertThat(
                        (Command.EndAttempt) next.command())
                .matches(end -> end.reason().equals("SALVAGE_UNREADABLE"))
                .matches(end -> end.message().contains("000012.sst: Input/output error")));
    }
}
