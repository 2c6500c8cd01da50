package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of ops when leaders change, when they are deleted, and when one is stuck. */
class OpHistoryTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** A disk is drained, and used again. */
    private static long drained(SimCluster c) {
        long op = c.drain("d1", "/0");
        c.run("drained", LONG, () -> c.op(op).ended());
        c.ask(new Command.RecommissionDisk(c.disk("d1", "/0").id()));
        return op;
    }

    private static void nextLeader(SimCluster c) {
        c.masters().killLeader();
        c.world().run(Duration.ofSeconds(5));
        c.run("another leads", LONG, c::healthy);
    }

    @Test
    void opsKeepTheirHistoryOverLeaderChangesAndTheirNumbersNeverComeAgain() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 4, 3);
        long first = drained(c);
        Op before = c.op(first);
        nextLeader(c);
        long second = drained(c);
        assertThat(c.op(first)).isEqualTo(before);
        assertThat(before.status()).isEqualTo(OpStatus.SUCCESS);
        long last = c.masters().state().ops().stream().mapToLong(Op::id).max().orElseThrow();
        c.ask(new Command.DeleteOps(c.masters().state().ops().stream()
                .map(Op::id)
                .sorted((a, b) -> Long.compare(b, a))
                .toList()));
        assertThat(c.masters().state().ops()).isEmpty();
        nextLeader(c);
        assertThat(drained(c)).isGreaterThan(last).isGreaterThan(second);
    }

    @Test
    void aStuckOpNeverBlocksAnotherPartitions() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 2, 3);
        Partition stuck = c.partitions().get(0);
        int free = List.of("d1", "d2", "d3", "d4", "d5").stream()
                .map(c::id)
                .filter(n -> stuck.onNode(n).isEmpty())
                .findFirst()
                .orElseThrow();
        c.node(free).stall(true);
        long waits = c.ask(
                new Command.MoveReplica(stuck.id(), stuck.members().get(0).replica(), free, 0, Op.DEFAULT_WEIGHT));
        c.run("it copies, and comes no further", LONG, () -> c.op(waits).status() == OpStatus.RUNNING);
        Partition other = c.partitions().get(1);
        Member source = other.members().get(0);
        int to = c.masters().state().nodes().stream()
                .map(n -> n.id())
                .filter(n -> n != free && other.onNode(n).isEmpty())
                .findFirst()
                .orElseThrow();
        long goes = c.ask(new Command.MoveReplica(other.id(), source.replica(), to, 0, Op.DEFAULT_WEIGHT));
        c.run("the other's ends", LONG, () -> c.op(goes).ended());
        assertThat(c.op(goes).status()).isEqualTo(OpStatus.SUCCESS);
        assertThat(c.op(waits).ended()).isFalse();
    }
}
