package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.Peers;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.stream.IntStream;

/** Builds views for planners: a real core's state, and reports as a test wants them. */
final class Clusters {
    final SoftState soft = new SoftState();
    private final MasterCore core = new MasterCore();
    private ClusterView state;
    private long index;

    Clusters() {
        this(true);
    }

    /** @param judging whether the leader has heard enough to judge */
    Clusters(boolean judging) {
        apply(new Command.InitCluster("c", 1));
        if (judging) {
            soft.judge();
        }
    }

    /** Three datanodes in one zone, with one disk of 1 TiB each, and a table of two partitions with three replicas: all is well. */
    static Clusters healthy() {
        long bytes = 1L << 40;
        Clusters c =
                new Clusters().node("a", "z", 1, bytes).node("b", "z", 1, bytes).node("c", "z", 1, bytes);
        c.table("t", 2, 3);
        return c;
    }

    Outcome apply(Command command) {
        Applied applied = core.apply(new LogPosition(1, ++index), List.of(new Envelope("", 0, 1_000, "test", command)));
        ClusterView old = state;
        state = applied.state();
        if (old != null) {
            state.partitions().forEach((id, p) -> {
                if (old.partitions().get(id) != p) {
                    soft.changed(old.partitions().get(id), p);
                }
            });
        }
        return applied.outcomes().get(0);
    }

    /** A living datanode with empty disks of a size. */
    Clusters node(String name, String zone, int disks, long bytes) {
        List<DiskFact> facts = IntStream.range(0, disks)
                .mapToObj(i -> new DiskFact(name + "#" + i, "/" + i))
                .toList();
        int id = (int) apply(new Command.RegisterNode(name, name, name + ":1", name + ":2", zone, "", facts))
                .value();
        live(id, Liveness.ALIVE);
        for (Disk d : state.disksOfNode(id)) {
            soft.put(new DiskFacts(d.id(), DiskFacts.Health.OK, "", 0, bytes));
        }
        return this;
    }

    void live(int node, Liveness liveness) {
        soft.put(new NodeFacts(node, liveness, liveness == Liveness.ALIVE, liveness == Liveness.ALIVE, 0, 0));
    }

    /** A table by plan, all of whose replicas have reported. */
    Choice<List<Command.Placement>> table(String name, int partitions, int replicas) {
        Choice<List<Command.Placement>> plan = TablePlacement.plan(view(), partitions, replicas);
        if (plan instanceof Choice.Chosen<List<Command.Placement>>(List<Command.Placement> placements)) {
            apply(new Command.CreateTable(name, replicas, 1, "crc32c", placements));
            for (Partition p : state.partitions().values()) {
                for (Member m : p.all()) {
                    ReplicaFacts.Role role =
                            m.replica() == p.primary() ? ReplicaFacts.Role.PRIMARY : ReplicaFacts.Role.MEMBER;
                    replica(p, m, role, ReplicaFacts.State.OK, 10);
                }
            }
        }
        return plan;
    }

    void replica(Partition p, Member m, ReplicaFacts.Role role, ReplicaFacts.State health, long lastIndex) {
        soft.put(
                new ReplicaFacts(
                        m.replica(), p.id(), m.node(), m.disk(), p.epoch(), role, health, 1, lastIndex, 100, 0, 0, ""),
                p,
                0);
    }

    /** A report of a member at this epoch, that names these as its peers. */
    /** Of a member whose log ends there. */
    void ended(Partition p, Member m, long lastEpoch, long lastIndex) {
        soft.put(
                new ReplicaFacts(
                        m.replica(),
                        p.id(),
                        m.node(),
                        m.disk(),
                        p.epoch(),
                        ReplicaFacts.Role.MEMBER,
                        ReplicaFacts.State.OK,
                        lastEpoch,
                        lastIndex,
                        100,
                        0,
                        0,
                        ""),
                p,
                0);
    }

    void stored(Partition p, Member m, long epoch, List<Long> peers) {
        ReplicaFacts facts = new ReplicaFacts(
                        m.replica(),
                        p.id(),
                        m.node(),
                        m.disk(),
                        epoch,
                        m.replica() == p.primary() ? ReplicaFacts.Role.PRIMARY : ReplicaFacts.Role.MEMBER,
                        ReplicaFacts.State.OK,
                        1,
                        10,
                        100,
                        0,
                        0,
                        "")
                .naming(Peers.digest(peers), peers);
        soft.put(facts, p, 0);
    }

    /** As a leader sees it at this time. */
    View viewAt(long millis) {
        return new View(state, soft, millis * 1_000_000, millis, 1);
    }

    Partition partition(int id) {
        return state.partition(id).orElseThrow();
    }

    View view() {
        return new View(state, soft, 0, 1_000, 1);
    }
}
