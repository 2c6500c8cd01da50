package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.ArrayList;
import java.util.List;

/** A core with a cluster in it, and short ways to give it commands. Every accepted command is followed by the invariants. */
final class TestCluster {
    static final long START = 1_700_000_000_000L;

    final MasterCore core = new MasterCore();
    long term = 1;
    long index;
    long time = START;
    ClusterState state = core.empty();
    List<Change> lastChanges = List.of();

    /** Initialised; nodes n1 … each with disks /d1 …, ids in that order from 1. */
    static TestCluster of(int nodes, int disks) {
        TestCluster c = new TestCluster();
        c.ok(new Command.InitCluster("c-1", 1));
        for (int n = 1; n <= nodes; n++) {
            c.ok(node(n, disks));
        }
        return c;
    }

    static Command.RegisterNode node(int n, int disks) {
        List<DiskFact> facts = new ArrayList<>();
        for (int d = 1; d <= disks; d++) {
            facts.add(new DiskFact("disk-" + n + "-" + d, "/d" + d));
        }
        return new Command.RegisterNode("uuid-" + n, "n" + n, "h" + n + ":1", "h" + n + ":2", "z", "", facts);
    }

    Outcome apply(Envelope e) {
        Applied applied = core.apply(new LogPosition(term, ++index), List.of(e));
        state = applied.state();
        lastChanges = applied.changes();
        return applied.outcomes().get(0);
    }

    Outcome apply(Command c) {
        return apply(new Envelope("", 0, time, "test", c));
    }

    long ok(Command c) {
        Outcome o = apply(c);
        assertThat(o.accepted()).as("%s: %s %s", c, o.reason(), o.message()).isTrue();
        sound();
        return o.value();
    }

    /** Refused for the reason, and nothing changed. */
    Outcome refused(String reason, Command c) {
        ClusterState before = state;
        Outcome o = apply(c);
        assertThat(o.reason()).as("%s: %s", c, o.message()).isEqualTo(reason);
        assertThat(o.message()).isNotBlank();
        assertThat(lastChanges).isEmpty();
        assertThat(state.digest()).isEqualTo(before.digest());
        sound();
        return o;
    }

    void sound() {
        assertThat(Invariants.violations(state)).isEmpty();
    }

    /** One partition for each list of disks. */
    int table(String name, List<List<Integer>> disks) {
        List<Placement> placements = disks.stream().map(Placement::new).toList();
        return (int) ok(new Command.CreateTable(name, disks.get(0).size(), 1, "xxh3", placements));
    }

    Partition partition(int id) {
        return state.partition(id).orElseThrow();
    }

    Op op(long id) {
        return state.op(id).orElseThrow();
    }

    Disk disk(int id) {
        return state.disk(id).orElseThrow();
    }

    /** Decommissions the disk and gives it its slot. */
    long drain(int disk) {
        long op = ok(new Command.DecommissionDisk(disk, Op.DEFAULT_WEIGHT));
        ok(new Command.AdmitDisk(op, op(op).revision(), true, "", ""));
        return op;
    }

    /** Admits the move of the partition's replica on the disk that the parent drains. */
    long admit(long parent, int partition) {
        Partition p = partition(partition);
        long source = p.onDisk(op(parent).disk()).orElseThrow().replica();
        return ok(new Command.AdmitMove(parent, partition, p.epoch(), source));
    }

    Command.StartMove start(long op, int disk) {
        Partition p = partition(op(op).move().partition());
        return new Command.StartMove(op, op(op).revision(), p.id(), p.epoch(), disk);
    }

    Command.SwapMove swap(long op) {
        Partition p = partition(op(op).move().partition());
        return new Command.SwapMove(op, op(op).revision(), p.id(), p.epoch());
    }

    Command.FinishMove finish(long op) {
        return new Command.FinishMove(op, op(op).revision());
    }

    /** The attempt of a move comes to nothing. */
    Command.EndAttempt end(long op, AttemptEnd how) {
        return new Command.EndAttempt(op, op(op).revision(), how.wire(), "COPY_FAILED", "the copy broke off", 0);
    }

    /** What waits as Marked is admitted again. */
    Command.ReadmitMove readmit(long op) {
        Partition p = partition(op(op).move().partition());
        return new Command.ReadmitMove(op, op(op).revision(), p.id(), p.epoch());
    }

    /** Whether the partition is as it was before any move: nothing joins, and it is free. */
    boolean untouched(int partition) {
        Partition p = partition(partition);
        return p.joining() == null && p.leaving() == 0 && p.mutex() == RestoreMutex.STOP && p.mutexOp() == 0;
    }

    Command.Elect elect(int partition, long primary) {
        Partition p = partition(partition);
        return new Command.Elect(partition, p.epoch(), primary, p.inSync());
    }

    /** The primary proposes this set. */
    Command.ChangeInSync inSync(int partition, List<Long> replicas) {
        Partition p = partition(partition);
        return new Command.ChangeInSync(partition, p.epoch(), p.primary(), replicas);
    }

    /** The primary grows the joining replica in. */
    void growJoining(int partition) {
        Partition p = partition(partition);
        List<Long> grown = new ArrayList<>(p.inSync());
        grown.add(p.joining().replica());
        ok(inSync(partition, grown));
    }
}
