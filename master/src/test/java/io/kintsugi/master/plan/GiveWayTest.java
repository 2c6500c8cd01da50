package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A move whose partition loses another member while it runs. */
class GiveWayTest {
    private static final long SIZE = 1L << 40;

    private final Clusters c = new Clusters();
    private long move;
    private Member lost;

    /** Every datanode has a replica of the partition, and one of them is on its way to the other disk of its own datanode. */
    @BeforeEach
    void aMoveRuns() {
        c.node("a", "z", 2, SIZE).node("b", "z", 2, SIZE).node("c", "z", 2, SIZE);
        c.table("t", 1, 3);
        Partition p = c.partition(1);
        Member source = p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .findFirst()
                .orElseThrow();
        Disk other = c.view().cluster().disksOfNode(source.node()).stream()
                .filter(d -> d.id() != source.disk())
                .findFirst()
                .orElseThrow();
        move = c.apply(new Command.MoveReplica(1, source.replica(), 0, other.id(), 2))
                .value();
        c.apply(new Command.ReadmitMove(move, op().revision(), 1, c.partition(1).epoch()));
        c.apply(new Command.StartMove(move, op().revision(), 1, c.partition(1).epoch(), other.id()));
        lost = p.members().stream()
                .filter(m -> m.replica() != p.primary() && m.replica() != source.replica())
                .findFirst()
                .orElseThrow();
        heard();
    }

    private void heard() {
        Partition now = c.partition(1);
        for (Member m : now.members()) {
            boolean primary = m.replica() == now.primary();
            c.replica(
                    now,
                    m,
                    primary ? ReplicaFacts.Role.PRIMARY : ReplicaFacts.Role.MEMBER,
                    m.equals(lost) ? ReplicaFacts.State.LOST : ReplicaFacts.State.OK,
                    10);
        }
    }

    private Op op() {
        return c.view().cluster().op(move).orElseThrow();
    }

    private MoveSteps.Next next() {
        return next(c.view());
    }

    private MoveSteps.Next next(View view) {
        return MoveSteps.next(view, op(), c.partition(1));
    }

    @Test
    void givesWayToTheReplacement() {
        assertThat(next()).isInstanceOfSatisfying(MoveSteps.Next.Propose.class, n -> assertThat(n.command())
                .isInstanceOfSatisfying(
                        Command.EndAttempt.class, e -> assertThat(e.reason()).isEqualTo("MEMBER_LOST")));
    }

    @Test
    void goesOnWhereNothingCanReplaceTheMember() {
        c.apply(new Command.DecommissionNode(lost.node(), 0));

        assertThat(next()).isInstanceOf(MoveSteps.Next.Wait.class);
    }

    @Test
    void doesntBeginAgainBeforeTheReplacementAndNeitherWaitsForOneThatIsPaused() {
        c.apply(((MoveSteps.Next.Propose) next()).command());
        long repair = c.apply(new Command.RepairReplica(1, c.partition(1).epoch(), lost.replica(), 0, 0, "LostReplica"))
                .value();
        View afterBackoff = c.viewAt(60_000);
        assertThat(reason(next(afterBackoff))).isEqualTo("MEMBER_LOST");

        c.apply(new Command.PauseOp(repair, true));
        assertThat(reason(next(c.viewAt(60_000)))).isEqualTo("DP_LIMIT");
    }

    @Test
    void goesOnWhileTheReplacementIsPaused() {
        Command ended = ((MoveSteps.Next.Propose) next()).command();
        c.apply(ended);
        long repair = c.apply(new Command.RepairReplica(1, c.partition(1).epoch(), lost.replica(), 0, 0, "LostReplica"))
                .value();
        c.apply(new Command.PauseOp(repair, true));
        c.apply(new Command.ReadmitMove(move, op().revision(), 1, c.partition(1).epoch()));
        Disk other = c.view().cluster().disk(op().move().toDisk()).orElseThrow();
        c.apply(new Command.StartMove(move, op().revision(), 1, c.partition(1).epoch(), other.id()));
        assertThat(op().holdsToken()).isTrue();
        heard();

        assertThat(next()).as("it would begin anew each second").isInstanceOf(MoveSteps.Next.Wait.class);
    }

    private static String reason(MoveSteps.Next next) {
        assertThat(next).isInstanceOf(MoveSteps.Next.Wait.class);
        return ((MoveSteps.Next.Wait) next).reason().code();
    }
}
